import { memoryStores } from '@sealpost/adapter-memory';
import {
  aCertifiedDevice,
  aPendingDevice,
  CountedRandom,
  many,
  RecordedFanOut,
  sha256Of,
  TallyMeter,
  testDigest,
  TestPasswords,
  testSignature,
  TestTime,
  testTokens,
  testVerifier,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { assert } from '../shared/assert.ts';
import { utf8 } from '../shared/bytes.ts';
import { defaultLimits } from '../shared/limits.ts';
import { Authenticate, type Credentials, type DeviceProof } from './authenticate.ts';
import type { LogInProofBytes } from './certificate-bytes.port.ts';

const logInProofBytes: LogInProofBytes = ({ device, issuedAt }) =>
  issuedAt < 0 ? null : utf8(`${device} ${issuedAt}`);
const who = { handle: 'Ann', password: 'correct horse' };
const invalidToken = { ok: false, error: { code: 'invalid_token' } };

async function aWorld() {
  const stores = memoryStores();
  const ports = {
    ...stores,
    passwords: new TestPasswords(),
    tokens: testTokens,
    verifier: testVerifier,
    logInProofBytes,
    fanOut: new RecordedFanOut(),
    clock: new TestTime(),
    random: new CountedRandom(),
    digest: testDigest,
    meter: new TallyMeter(),
    limits: defaultLimits,
  };
  const authenticate = new Authenticate(ports);
  const registered = async (): Promise<Credentials> => {
    const result = await authenticate.register(who, 'phone');
    assert(result.ok, 'the handle is free');
    return result.value;
  };
  /** Publishes a key for a pending device; answers the proofs that it can make. */
  const proving = async (device: string) => {
    const signatureKey = sha256Of(device);
    const link = { signatureKey, linkKey: signatureKey, commitment: signatureKey };
    await stores.devices.publishLink(device, link);
    return (issuedAt: number = ports.clock.now()): DeviceProof => ({
      device,
      issuedAt,
      signature: testSignature(signatureKey, utf8(`${device} ${issuedAt}`)),
    });
  };
  return { stores, ports, authenticate, registered, proving };
}

describe('registration', () => {
  it('makes an account with a pending device, and logs it in', async () => {
    const { stores, ports, registered } = await aWorld();
    const { account, device, session, certified, accessToken, accessExpiresAt, refreshExpiresAt } =
      await registered();
    expect(certified).toBe(false);
    expect(await stores.accounts.find(account)).toMatchObject({ handle: 'ann', accountKey: null });
    expect(await stores.devices.find(device)).toMatchObject({
      account,
      status: 'pending',
      name: 'phone',
    });
    const now = ports.clock.now();
    expect([accessExpiresAt - now, refreshExpiresAt - now]).toEqual([
      defaultLimits.accessTokenMs,
      defaultLimits.refreshTokenMs,
    ]);
    expect(await testTokens.verify(accessToken, now)).toEqual({
      account,
      device,
      session,
      certified: false,
      expiresAt: accessExpiresAt,
    });
  });

  it.each([
    ['an', 'correct horse', { code: 'invalid_handle' }],
    ['ann', 'seven77', { code: 'invalid_password', minimumLength: 8, maximumBytes: 1024 }],
    ['ann', 'ß'.repeat(513), { code: 'invalid_password', minimumLength: 8, maximumBytes: 1024 }],
  ])('by handle %s and password %s is refused', async (handle, password, error) => {
    const { authenticate } = await aWorld();
    expect(await authenticate.register({ handle, password }, 'phone')).toEqual({
      ok: false,
      error,
    });
  });

  it('of a handle is possible once, also when many try at once', async () => {
    const { authenticate } = await aWorld();
    const results = await Promise.all(
      many(8, (index) =>
        authenticate.register({ ...who, handle: index % 2 ? 'ann' : 'ANN' }, 'phone'),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.flatMap((result) => (result.ok ? [] : [result.error.code]))).toEqual(
      many(7, () => 'handle_taken'),
    );
  });

  it('of a deleted account’s handle is possible after thirty days', async () => {
    const { stores, ports, authenticate, registered } = await aWorld();
    const { account } = await registered();
    const now = ports.clock.now();
    const handleFreeAt = now + defaultLimits.handleQuarantineMs;
    expect(handleFreeAt - now).toBe(30 * 24 * 60 * 60_000);
    await stores.accounts.delete(account, { now, handleFreeAt, taskId: 'task' });
    await ports.clock.advance(defaultLimits.handleQuarantineMs - 1);
    expect(await authenticate.register(who, 'phone')).toMatchObject({
      error: { code: 'handle_taken' },
    });
    await ports.clock.advance(1);
    expect((await authenticate.register(who, 'phone')).ok).toBe(true);
  });
});

describe('log-in', () => {
  it('without a proof makes a further pending device, three at most', async () => {
    const { authenticate, registered } = await aWorld();
    const first = await registered();
    const results = [];
    for (const name of ['two', 'three', 'four'])
      results.push(await authenticate.logIn(who, name, null));
    const devices = results.flatMap((result) => (result.ok ? [result.value.device] : []));
    expect(new Set([first.device, ...devices]).size).toBe(3);
    expect(results.at(-1)).toEqual({ ok: false, error: { code: 'too_many_pending', limit: 3 } });
  });

  it('gives one answer for unknown handles, malformed ones, deleted accounts and wrong passwords, after as much work', async () => {
    const { stores, ports, authenticate, registered } = await aWorld();
    const wrong = { ok: false, error: { code: 'wrong_credentials' } };
    const { account } = await registered();
    expect(await authenticate.logIn({ ...who, password: 'wrong password' }, 'phone', null)).toEqual(
      wrong,
    );
    expect(ports.passwords.checkedForNothing).toBe(0);
    expect(await authenticate.logIn({ ...who, handle: 'bob' }, 'phone', null)).toEqual(wrong);
    expect(await authenticate.logIn({ ...who, handle: 'no handle' }, 'phone', null)).toEqual(wrong);
    await stores.accounts.delete(account, { now: 0, handleFreeAt: 0, taskId: 'task' });
    expect(await authenticate.logIn(who, 'phone', null)).toEqual(wrong);
    expect(ports.passwords.checkedForNothing).toBe(3);
  });

  it('renews a hash of another scheme', async () => {
    const { stores, authenticate, registered } = await aWorld();
    const { account } = await registered();
    await stores.accounts.setPasswordHash(account, `old:${who.password}`);
    expect((await authenticate.logIn(who, 'phone', null)).ok).toBe(true);
    expect(await stores.accounts.passwordHash(account)).toBe(`new:${who.password}`);
  });

  it('with a proof makes no new device, and tells whether it is certified', async () => {
    const { stores, authenticate, registered, proving } = await aWorld();
    const { account, device } = await registered();
    const prove = await proving(device);
    expect(await authenticate.logIn(who, 'phone', prove())).toMatchObject({
      ok: true,
      value: { device, certified: false },
    });
    const keys = {
      accountKey: sha256Of('account'),
      signatureKey: sha256Of(device),
      certificate: sha256Of('certificate'),
      certifiedAt: 0,
    };
    await stores.devices.certifyFirst(device, keys);
    expect(await authenticate.logIn(who, 'phone', prove())).toMatchObject({
      ok: true,
      value: { device, certified: true },
    });
    expect(await stores.devices.list(account)).toHaveLength(1);
  });

  it('takes a proof for five minutes either way', async () => {
    const { ports, authenticate, registered, proving } = await aWorld();
    const { device } = await registered();
    const prove = await proving(device);
    const now = ports.clock.now();
    const minutes = 60_000;
    const codes = await Promise.all(
      [now - 5 * minutes, now + 5 * minutes, now - 5 * minutes - 1, now + 5 * minutes + 1].map(
        async (issuedAt) => {
          const result = await authenticate.logIn(who, 'phone', prove(issuedAt));
          return result.ok ? 'in' : result.error.code;
        },
      ),
    );
    expect(codes).toEqual(['in', 'in', 'bad_proof', 'bad_proof']);
  });

  it('takes no proof that is another’s, of another device, without a published key, or of what has no form', async () => {
    const { stores, authenticate, ports, registered, proving } = await aWorld();
    const { account, device } = await registered();
    const badProof = { ok: false, error: { code: 'bad_proof' } };
    const unpublished = await aPendingDevice(stores, account);
    const of = (proof: DeviceProof) => authenticate.logIn(who, 'phone', proof);
    const prove = await proving(device);
    expect(await of({ ...prove(), device: unpublished })).toEqual(badProof);
    expect(await of({ ...prove(), device: 'nobody’s' })).toEqual(badProof);
    expect(await of({ ...prove(), issuedAt: ports.clock.now() + 1 })).toEqual(badProof);
    const stranger = await aCertifiedDevice(stores);
    expect(await of({ ...prove(), device: stranger.device })).toEqual(badProof);
    // Bytes that are none are nothing to sign.
    const none: DeviceProof = {
      device,
      issuedAt: -1,
      signature: testSignature(sha256Of(device), new Uint8Array()),
    };
    ports.clock.jump(-ports.clock.now());
    expect(await of(none)).toEqual(badProof);
  });

  it('as a revoked device is refused by that name, but only with its key', async () => {
    const { stores, authenticate, registered, proving } = await aWorld();
    const { device } = await registered();
    const prove = await proving(device);
    await stores.devices.revoke(device, { now: 0, taskId: 'task' });
    expect(await authenticate.logIn(who, 'phone', prove())).toEqual({
      ok: false,
      error: { code: 'device_revoked' },
    });
    expect(
      await authenticate.logIn(who, 'phone', { ...prove(), signature: new Uint8Array(64) }),
    ).toEqual({ ok: false, error: { code: 'bad_proof' } });
  });
});

describe('refreshing', () => {
  it('replaces the token, and the old one is good for nothing', async () => {
    const { stores, ports, authenticate, registered } = await aWorld();
    const { refreshToken, session, device } = await registered();
    const refreshed = await authenticate.refresh(refreshToken, null);
    expect(refreshed).toMatchObject({ ok: true, value: { session, device } });
    const next = refreshed.ok ? refreshed.value.refreshToken : '';
    expect(next).not.toBe(refreshToken);
    await ports.clock.advance(defaultLimits.refreshGraceMs);
    expect((await authenticate.refresh(next, null)).ok).toBe(true);
    expect((await stores.sessions.find(session))?.revokedAt).toBeNull();
  });

  it('can be repeated by a device that chose the successor itself, when the answer was lost', async () => {
    const { ports, authenticate, registered } = await aWorld();
    const { refreshToken } = await registered();
    const first = await authenticate.refresh(refreshToken, 'chosen');
    expect(first).toMatchObject({ ok: true, value: { refreshToken: 'chosen' } });
    expect(await authenticate.refresh(refreshToken, 'chosen')).toEqual(first);
    await ports.clock.advance(defaultLimits.refreshGraceMs - 1);
    expect((await authenticate.refresh(refreshToken, 'chosen')).ok).toBe(true);
    expect((await authenticate.refresh('chosen', 'next')).ok).toBe(true);
  });

  it('with a token that was replaced ends the session everywhere: somebody else has it', async () => {
    const { stores, ports, authenticate, registered } = await aWorld();
    const { refreshToken, session } = await registered();
    const stolen = await authenticate.refresh(refreshToken, 'thief’s');
    expect(stolen.ok).toBe(true);
    expect(await authenticate.refresh(refreshToken, 'owner’s')).toEqual(invalidToken);
    expect(ports.fanOut.told('sessions_revoked')).toEqual([
      { kind: 'sessions_revoked', sessions: [session] },
    ]);
    expect(ports.meter.of('refresh_reused')).toBe(1);
    expect((await stores.sessions.find(session))?.revokedAt).toBe(ports.clock.now());
    expect(await authenticate.refresh('thief’s', null)).toEqual(invalidToken);
  });

  it('is refused with unknown and expired tokens', async () => {
    const { ports, authenticate, registered } = await aWorld();
    const { refreshToken } = await registered();
    expect(await authenticate.refresh('unknown', null)).toEqual(invalidToken);
    await ports.clock.advance(defaultLimits.refreshTokenMs);
    expect(await authenticate.refresh(refreshToken, null)).toEqual(invalidToken);
    expect(ports.fanOut.notices).toEqual([]);
  });

  it('is over when the device is revoked', async () => {
    const { stores, authenticate, registered } = await aWorld();
    const { refreshToken, device } = await registered();
    await stores.devices.revoke(device, { now: 0, taskId: 'task' });
    expect(await authenticate.refresh(refreshToken, null)).toEqual(invalidToken);
  });

  it('never stores a token itself', async () => {
    const { stores, authenticate, registered } = await aWorld();
    const hashes: Uint8Array[] = [];
    const { create } = stores.sessions;
    stores.sessions.create = (session) => {
      hashes.push(session.tokenHash);
      return create.call(stores.sessions, session);
    };
    const { refreshToken } = await registered();
    expect(hashes).toEqual([sha256Of(refreshToken)]);
    expect((await authenticate.refresh(refreshToken, null)).ok).toBe(true);
  });
});

describe('a device that is revoked while it logs in', () => {
  it('keeps no session', async () => {
    const { stores, authenticate } = await aWorld();
    const create = stores.sessions.create;
    stores.sessions.create = async (session) => {
      await stores.devices.revoke(session.device, { now: 1, taskId: 'task' });
      return create.call(stores.sessions, session);
    };
    const entered = await authenticate.register(who, 'phone');
    const session = entered.ok ? entered.value.session : '';
    expect((await stores.sessions.find(session))?.revokedAt).not.toBeNull();
  });
});

describe('logging out', () => {
  it('ends the account’s own sessions that are named, and tells the other processes', async () => {
    const { stores, ports, authenticate, registered } = await aWorld();
    const { account, session } = await registered();
    const other = await authenticate.register({ ...who, handle: 'bob' }, 'phone');
    const bobs = other.ok ? other.value.session : '';
    expect(
      await authenticate.logOut({ account, session, certified: true }, [session, bobs, 'unknown']),
    ).toEqual([session]);
    expect(ports.fanOut.notices).toEqual([{ kind: 'sessions_revoked', sessions: [session] }]);
    expect((await stores.sessions.find(bobs))?.revokedAt).toBeNull();
    expect(await authenticate.sessions(account)).toEqual([]);
    expect(await authenticate.logOut({ account, session, certified: true }, [session])).toEqual([]);
    expect(ports.fanOut.notices).toHaveLength(1);
  });
});
