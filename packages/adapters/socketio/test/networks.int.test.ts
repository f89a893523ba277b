import { type LimiterName, ok, refuse, type Throttle } from '@sealpost/domain';
import { exhausted } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { aDeployment } from './support/deployment.ts';
import { eventually } from './support/eventually.ts';
import { RawSocket } from './support/raw-socket.ts';

const anAuth = (accessToken: string) => ({ protocol: 1, accessToken, suites: [] });
const from = (address: string) => ({ 'x-forwarded-for': address });
const busy = { error: { code: 'rate_limited', retryAfterMs: expect.any(Number) } };

describe('connections of one network', () => {
  const options = { maxConnectionsPerNetwork: 2, trustedProxies: 1 };

  it('are refused beyond the bound with a time to wait, and there is room when one is gone', async () => {
    const deployment = await aDeployment({ options });
    const [one, two, three] = [
      await deployment.device(),
      await deployment.device(),
      await deployment.device(),
    ];
    const headers = from('2001:db8:1:2::7');
    const first = deployment.open({ auth: anAuth(one.accessToken), headers });
    await first.next('hello');
    await deployment
      .open({ auth: anAuth(two.accessToken), headers: from('2001:db8:1:2::8') })
      .next('hello');
    expect(await deployment.refusal({ auth: anAuth(three.accessToken), headers })).toEqual(busy);
    expect(deployment.meter.counted('sockets_refused')).toBe(1);

    const elsewhere = await deployment.device();
    await deployment
      .open({ auth: anAuth(elsewhere.accessToken), headers: from('2001:db8:1:3::7') })
      .next('hello');

    first.close();
    await eventually(() => !deployment.connections.has(one.account));
    await deployment.open({ auth: anAuth(three.accessToken), headers }).next('hello');
  });

  it('are told apart by nothing that a client says where no proxy is trusted', async () => {
    const deployment = await aDeployment({ options: { ...options, trustedProxies: 0 } });
    for (const address of ['203.0.113.1', '203.0.113.2']) {
      const device = await deployment.device();
      await deployment
        .open({ auth: anAuth(device.accessToken), headers: from(address) })
        .next('hello');
    }
    const { accessToken } = await deployment.device();
    expect(
      await deployment.refusal({ auth: anAuth(accessToken), headers: from('203.0.113.3') }),
    ).toEqual(busy);
  });

  it('that say nothing take no place from those of another network', async () => {
    const deployment = await aDeployment({
      options: { maxHandshakesPerNetwork: 2, trustedProxies: 1 },
    });
    await RawSocket.open(deployment.port);
    await RawSocket.open(deployment.port);
    const { accessToken } = await deployment.device();
    const refused = deployment.open({ auth: anAuth(accessToken) });
    await new Promise((resolve) => {
      refused.socket.on('connect_error', resolve);
    });
    expect(deployment.meter.counted('sockets_refused')).toBe(1);
    refused.close();
    await deployment
      .open({ auth: anAuth(accessToken), headers: from('203.0.113.9') })
      .next('hello');
  });
});

describe('limiters', () => {
  it('hold handshakes by network, before anybody is identified', async () => {
    const taken: (readonly [LimiterName, string])[] = [];
    const throttle: Throttle = {
      take: async (limiter, whose) => {
        taken.push([limiter, whose]);
        return refuse({ code: 'rate_limited', retryAfterMs: 777 });
      },
    };
    const deployment = await aDeployment({ throttle });
    expect(await deployment.refusal({ auth: anAuth('made-up') })).toEqual({
      error: { code: 'rate_limited', retryAfterMs: 777 },
    });
    expect(taken).toEqual([['handshakesByNetwork', '127.0.0.1']]);
  });

  it('answer an event with a time to wait, and leave the connection open', async () => {
    let full = false;
    const throttle: Throttle = {
      take: async (...take) => (full ? exhausted(50).take(...take) : ok(null)),
    };
    const deployment = await aDeployment({ throttle });
    const device = await deployment.device();
    const conversation = await deployment.found([device]);
    const client = await deployment.connected(device);
    const typing = { conversation, payload: new Uint8Array([1]) };
    full = true;
    expect(await client.request('typing', typing)).toEqual({
      ok: false,
      error: { code: 'rate_limited', retryAfterMs: 50 },
    });
    full = false;
    expect(await client.request('typing', typing)).toMatchObject({ ok: true });
  });
});
