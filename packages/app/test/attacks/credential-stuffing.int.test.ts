import { Argon2PasswordHasher } from '@sealpost/adapter-password';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { aPerson, call, connected, password } from '../support/people.ts';
import { aServer, codeOf, type Reply, send } from './support/requests.ts';

/** Behind a proxy, so that the address is the attacker's to choose; as many as a botnet has. */
const behindProxy = { http: { trustedProxies: 1 } };
const address = (n: number): string => `198.51.${n >> 8}.${n & 255}`;

const guess = (url: string, handle: string, from: string, word = 'guessed-password') =>
  send(url, ['POST', '/v1/sessions'], {
    headers: { 'x-forwarded-for': from },
    body: { handle, password: word, deviceName: 'thief', proof: null },
  });

/** Tries until it is told to wait; what it was told, and how many tries that took. */
async function until429(one: (n: number) => Promise<Reply>, most: number) {
  for (let n = 1; n <= most; n++) {
    const reply = await one(n);
    if (reply.status === 429) return { tries: n, reply };
    expect(codeOf(reply)).toMatch(/^(wrong_credentials|invalid_token)$/);
  }
  throw new Error(`${most} tries were all taken`);
}

let verify: MockInstance<Argon2PasswordHasher['verify']>;
let nothing: MockInstance<Argon2PasswordHasher['verifyNothing']>;
/** Counted, and not made: hundreds of calculations would be a test of the machine. */
beforeEach(() => {
  const hasher = Argon2PasswordHasher.prototype;
  verify = vi.spyOn(hasher, 'verify').mockResolvedValue('mismatch');
  nothing = vi.spyOn(hasher, 'verifyNothing').mockResolvedValue('mismatch');
});
afterEach(() => vi.restoreAllMocks());

describe('credential stuffing', () => {
  it('of one account ends after some dozens of guesses, from however many addresses and however the handle is written', async () => {
    const { url } = await aServer(behindProxy);
    const victim = await aPerson(url, 'victim');
    const spellings = [victim.handle, victim.handle.toUpperCase()];
    const { tries, reply } = await until429(
      (n) => guess(url, spellings[n % 2] ?? '', address(n)),
      60,
    );
    expect(tries).toBeGreaterThan(5);
    expect(reply.value).toMatchObject({
      error: { code: 'rate_limited', retryAfterMs: expect.any(Number) },
    });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    // What is refused costs the server nothing, and tells nothing of the password.
    const hashed = verify.mock.calls.length;
    expect(hashed).toBe(tries - 1);
    for (const [n, spelling] of spellings.entries())
      expect((await guess(url, spelling, address(900 + n), password)).status).not.toBe(200);
    expect(verify.mock.calls.length).toBe(hashed);
  });

  it('of one account does not end what is logged in to it', async () => {
    const { url } = await aServer(behindProxy);
    const victim = await aPerson(url, 'victim');
    const { socket, heard } = await connected(url, victim);
    await until429((n) => guess(url, victim.handle, address(n)), 60);
    expect((await call(url, ['GET', '/v1/devices'], { token: victim.accessToken })).status).toBe(
      200,
    );
    const body = { refreshToken: victim.refreshToken, next: null };
    const { value } = await call(url, ['POST', '/v1/sessions/refresh'], { body });
    const { accessToken } = value as { accessToken: string };
    expect(await socket.emitWithAck('authenticate', { accessToken })).toMatchObject({ ok: true });
    socket.close();
    expect(await heard('disconnect')).toEqual({ reason: 'io client disconnect' });
  });

  it('of many accounts from one address ends too, and a header from outside makes it no other address', async () => {
    const { url } = await aServer();
    const { tries } = await until429((n) => guess(url, `account-${n}`, address(n)), 200);
    expect(tries).toBeGreaterThan(5);
    expect(verify.mock.calls.length + nothing.mock.calls.length).toBe(tries - 1);
    const body = { handle: 'new-account', password, deviceName: 'thief' };
    expect(codeOf(await send(url, ['POST', '/v1/accounts'], { body }))).toBe('rate_limited');
  });

  it('from one network of IPv6 addresses counts as one', async () => {
    const { url } = await aServer(behindProxy);
    await until429((n) => guess(url, `account-${n}`, `2001:db8:1:2:${n.toString(16)}::1`), 200);
    expect((await guess(url, 'account', '2001:db8:1:3::1')).status).toBe(401);
  });

  it('all at once is refused for the moment and not queued, and honest people come in afterwards', async () => {
    vi.restoreAllMocks();
    const { url } = await aServer({ ...behindProxy, passwords: { atOnce: 1, waiting: 3 } });
    const { handle } = await aPerson(url, 'honest');
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) => guess(url, `account-${n}`, address(n))),
    );
    const codes = replies.map(codeOf);
    expect(new Set(codes)).toEqual(new Set(['wrong_credentials', 'unavailable']));
    const refused = replies.find((reply) => codeOf(reply) === 'unavailable');
    expect(refused).toMatchObject({
      status: 503,
      value: { error: { retryAfterMs: expect.any(Number) } },
    });
    expect((await guess(url, handle, address(999), password)).status).toBe(200);
  });

  it('with made-up refresh tokens ends at a limit, too', async () => {
    const { url } = await aServer();
    const { tries } = await until429((n) => {
      const body = { refreshToken: n.toString().padStart(43, 'x'), next: null };
      return send(url, ['POST', '/v1/sessions/refresh'], { body });
    }, 2_000);
    expect(tries).toBeGreaterThan(100);
  });
});
