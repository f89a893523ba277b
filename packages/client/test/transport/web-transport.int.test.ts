import { createServer, type RequestListener, type Server } from 'node:http';
import { NoAnswer, WebTransport } from '@sealpost/client';
import { encodeMsgpack } from '@sealpost/protocol';
import { afterEach, describe, expect, it } from 'vitest';

/** Long for a machine that is busy, too. */
const patience = { callMs: 30_000, readMs: 1_500, sendMs: 1_500 };
const slowlyMs = 2_500;
const servers: Server[] = [];

async function reach(serve: RequestListener): Promise<WebTransport> {
  const server = createServer(serve);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return new WebTransport(`http://127.0.0.1:${port}`, patience);
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const owed = new Uint8Array(encodeMsgpack({ devices: [] }));

describe('a call', () => {
  it('that only reads is given up soon when nothing of an answer comes', async () => {
    const began = performance.now();
    const transport = await reach(() => undefined);
    await expect(transport.call('devices', {}, 'token')).rejects.toThrow(NoAnswer);
    expect(performance.now() - began).toBeLessThan(patience.callMs);
  });

  it('waits for the rest of an answer that has begun, however slowly it comes', async () => {
    const transport = await reach((_, response) => {
      response.writeHead(200, { 'content-type': 'application/msgpack' });
      response.write(owed.subarray(0, 1));
      setTimeout(() => response.end(owed.subarray(1)), slowlyMs);
    });
    expect(await transport.call('devices', {}, 'token')).toEqual({
      ok: true,
      value: { devices: [] },
    });
  });

  it('that writes is waited for: what it sends may take long', async () => {
    const done = new Uint8Array(encodeMsgpack({}));
    const transport = await reach((_, response) => {
      setTimeout(() => response.end(done), slowlyMs);
    });
    const input = { params: { device: 'lost' } };
    expect(await transport.call('revokeDevice', input, 'token')).toMatchObject({ ok: true });
  });
});
