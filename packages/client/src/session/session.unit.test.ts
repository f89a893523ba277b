import { describe, expect, it } from 'vitest';
import { ok, refuse } from '@sealpost/domain';
import { Emitter } from '../core/emitter.ts';
import type { Core } from '../core/ports.ts';
import { Vault } from '../core/vault.ts';
import { plaintextEngine } from '../engine/plaintext/plaintext-engine.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { webSystem } from '../system/web-system.ts';
import { NoAnswer, type Transport } from '../transport/transport.port.ts';
import { Session } from './session.ts';

const lifetimeMs = 10 * 60_000;

/** A server's part in tokens: one that is valid, rotated on demand; and a network that can be cut. */
class TokenServer {
  valid = 'first';
  refreshes = 0;
  /** How far the server's clock is ahead of the device's. */
  aheadMs = 0;
  reachable = true;
  loseNextAnswer = false;
  /** The token that says that its device is not linked. */
  ofBeforeLinking: string | null = null;
  now = 1_000_000_000;

  readonly call = (async (name: string, { body }: { body?: unknown }, token: string | null) => {
    if (!this.reachable) throw new NoAnswer(name);
    if (name !== 'refresh') return this.#answer(token);
    this.refreshes++;
    const { refreshToken, next } = body as { refreshToken: string; next: string };
    if (refreshToken !== this.valid) return refuse({ code: 'invalid_token' });
    this.valid = next;
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false;
      throw new NoAnswer(name);
    }
    const accessExpiresAt = this.now + this.aheadMs + lifetimeMs;
    return ok({ accessToken: `for ${next}`, accessExpiresAt, certified: true });
  }) as unknown as Transport['call'];

  #answer(token: string | null) {
    if (token === null) return refuse({ code: 'unauthenticated' });
    return token === this.ofBeforeLinking ? refuse({ code: 'device_pending' }) : ok({});
  }
}

async function loggedIn(server: TokenServer): Promise<Session> {
  const transport: Transport = {
    call: server.call,
    connect: () => {
      throw new NoAnswer('connect');
    },
  };
  const core: Core = {
    ...webSystem,
    clock: { now: () => server.now, monotonic: () => server.now },
    vault: new Vault(await MemoryStore.open()),
    engine: plaintextEngine({ iUnderstandThatNothingIsEncrypted: true }),
    transport,
    events: new Emitter(),
  };
  const session = new Session(core);
  await session.begin(
    {
      account: 'account',
      device: 'device',
      session: 'session',
      certified: true,
      accessToken: 'of the log-in',
      accessExpiresAt: server.now + server.aheadMs + lifetimeMs,
      refreshToken: 'first',
      refreshExpiresAt: server.now + 1e9,
    } as Parameters<Session['begin']>[0],
    { handle: 'h', deviceName: 'd', accountKey: null },
  );
  return session;
}

describe('a token of before the device was linked', () => {
  it('is replaced when it is refused, also where the renewal after the linking got no answer', async () => {
    const server = new TokenServer();
    server.ofBeforeLinking = 'of the log-in';
    const session = await loggedIn(server);
    server.reachable = false;
    await expect(session.renew()).rejects.toMatchObject({ code: 'no_answer' });
    server.reachable = true;
    expect(await session.call('devices')).toEqual(ok({}));
  });
});

describe('renewing the access token', () => {
  it('keeps few tokens however long the server cannot be reached, and comes back with few calls', async () => {
    const server = new TokenServer();
    const session = await loggedIn(server);
    server.reachable = false;
    for (let attempt = 0; attempt < 50; attempt++)
      await expect(session.renew()).rejects.toMatchObject({ code: 'no_answer' });
    expect((await session.me()).refreshTokens.length).toBeLessThanOrEqual(2);
    server.reachable = true;
    await session.renew();
    expect(server.refreshes).toBeLessThanOrEqual(2);
    expect(await session.accessToken()).toBe(`for ${server.valid}`);
  });

  it('survives answers that are lost after the server has changed the token', async () => {
    const server = new TokenServer();
    const session = await loggedIn(server);
    for (let lost = 0; lost < 3; lost++) {
      server.loseNextAnswer = true;
      await expect(session.renew()).rejects.toMatchObject({ code: 'no_answer' });
    }
    await session.renew();
    expect(await session.accessToken()).toBe(`for ${server.valid}`);
  });

  it('does not renew for each call where the device is ahead of the server by more than a token lasts', async () => {
    const server = new TokenServer();
    server.aheadMs = -2 * lifetimeMs;
    const session = await loggedIn(server);
    for (let call = 0; call < 20; call++) await session.call('devices');
    expect(server.refreshes).toBeLessThanOrEqual(1);
  });
});

describe('calls at once whose token is not taken any more', () => {
  it('renew it once, also when a refusal comes after the renewal, and all succeed', async () => {
    const server = new TokenServer();
    server.ofBeforeLinking = 'of the log-in';
    const late = Promise.withResolvers<void>();
    const { call } = server;
    let calls = 0;
    const slowly = (async (name, input, token) => {
      const answer = await call(name, input, token);
      if (name === 'devices' && (calls += 1) === 1) await late.promise;
      return answer;
    }) as Transport['call'];
    const session = await loggedIn(Object.assign(server, { call: slowly }));
    const slow = session.call('devices');
    expect(await Promise.all([session.call('devices'), session.call('devices')])).toEqual([
      ok({}),
      ok({}),
    ]);
    late.resolve();
    expect(await slow).toEqual(ok({}));
    expect(server.refreshes).toBe(1);
  });
});

describe('a call that gets no answer', () => {
  /** A server whose connections end under the first calls; `silentMs` later where they only fall silent. */
  const cutting = async (cuts: number, silentMs = 0) => {
    const server = new TokenServer();
    const asked: string[] = [];
    const call = async (name: string): Promise<unknown> => {
      asked.push(name);
      if (asked.length > cuts) return ok({});
      server.now += silentMs;
      throw new NoAnswer(name);
    };
    return { asked, session: await loggedIn(Object.assign(server, { call })) };
  };

  it('is made once more where it only reads and its connection was cut, as a server does that ends (G18)', async () => {
    const { asked, session } = await cutting(1);
    expect(await session.call('devices')).toMatchObject({ ok: true });
    expect(asked).toEqual(['devices', 'devices']);
    const posting = await cutting(1);
    const looked = posting.session.call('accounts', { body: { accounts: ['a'] } });
    expect(await looked).toMatchObject({ ok: true });
    expect(posting.asked).toEqual(['accounts', 'accounts']);
  });

  it('is made once more and not again and again', async () => {
    const { asked, session } = await cutting(9);
    await expect(session.call('devices')).rejects.toMatchObject({ code: 'no_answer' });
    expect(asked).toEqual(['devices', 'devices']);
  });

  it('is not made again after a silence, nor where it may have taken effect', async () => {
    const silent = await cutting(1, 30_000);
    await expect(silent.session.call('devices')).rejects.toMatchObject({ code: 'no_answer' });
    const writing = await cutting(1);
    const revoke = writing.session.call('revokeDevice', { params: { device: 'lost' } });
    await expect(revoke).rejects.toMatchObject({ code: 'no_answer' });
    expect([silent.asked, writing.asked]).toEqual([['devices'], ['revokeDevice']]);
  });
});
