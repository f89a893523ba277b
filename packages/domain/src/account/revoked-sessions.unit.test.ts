import { memoryStores } from '@sealpost/adapter-memory';
import {
  aCertifiedDevice,
  aFault,
  aSession,
  overriding,
  TestTime,
  testTokens,
  turn,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { IdentifyCaller } from './identify-caller.ts';
import { RevokedSessions } from './revoked-sessions.ts';
import type { SessionStore } from './session-store.port.ts';

const accessTokenMs = 600_000;

async function aWorld() {
  const stores = memoryStores();
  const time = new TestTime();
  const state = {
    reads: 0,
    failing: false,
    told: [] as (readonly string[])[],
    faults: [] as unknown[],
  };
  const sessions = overriding<SessionStore>(stores.sessions, {
    revokedSince: (since) => {
      state.reads += 1;
      return state.failing ? Promise.reject(aFault()) : stores.sessions.revokedSince(since);
    },
  });
  const revoked = new RevokedSessions({
    sessions,
    clock: time,
    timers: time,
    accessTokenMs,
    onRevoked: (ended) => state.told.push(ended),
    failed: (fault) => state.faults.push(fault),
  });
  const device = await aCertifiedDevice(stores);
  const session = (await aSession(stores, device, { expiresAt: time.now() + 1e9 })).id;
  const revoke = () => stores.sessions.revoke([session], time.now());
  const identify = new IdentifyCaller(testTokens, revoked, sessions, time);
  const claims = { ...device, session, certified: true, expiresAt: time.now() + accessTokenMs };
  return {
    stores,
    time,
    state,
    revoked,
    session,
    revoke,
    identify,
    claims,
    token: JSON.stringify(claims),
  };
}

describe('the sessions revoked lately', () => {
  it('are read at the start, over the life of a token and clocks that run behind', async () => {
    const { time, state, revoked, session, revoke } = await aWorld();
    await revoke();
    await time.advance(accessTokenMs + 60_000);
    await revoked.start();
    expect(revoked.check(session)).toBe('revoked');
    expect(state.told).toEqual([[session]]);
    revoked.stop();
  });

  it('are read again every two seconds, and told once', async () => {
    const { time, state, revoked, session, revoke } = await aWorld();
    await revoked.start();
    expect(revoked.check(session)).toBe('live');
    await time.advance(1_000);
    await revoke();
    await time.advance(1_000);
    expect(revoked.check(session)).toBe('revoked');
    await time.advance(10_000);
    expect(state.told).toEqual([[session]]);
    expect(state.reads).toBe(7);
    revoked.stop();
  });

  it('are known at once when a hint says so, and told once too', async () => {
    const { time, state, revoked, session, revoke } = await aWorld();
    await revoked.start();
    await revoke();
    revoked.note([session]);
    revoked.note([session]);
    expect(revoked.check(session)).toBe('revoked');
    await time.advance(4_000);
    expect(state.told).toEqual([[session]]);
    revoked.stop();
  });

  it('are unknown before the first reading, and five seconds after the last one that succeeded (G6)', async () => {
    const { time, state, revoked, session } = await aWorld();
    expect(revoked.check(session)).toBe('unknown');
    await revoked.start();
    state.failing = true;
    await time.advance(5_000);
    expect(revoked.check(session)).toBe('live');
    await time.advance(1);
    expect(revoked.check(session)).toBe('unknown');
    expect(state.faults).toEqual([aFault(), aFault()]);
    state.failing = false;
    await time.advance(2_000);
    expect(revoked.check(session)).toBe('live');
    revoked.stop();
  });

  it('count from when a reading began, not from when it ended', async () => {
    const { stores, time } = await aWorld();
    let release: () => void = () => undefined;
    const sessions = overriding<SessionStore>(stores.sessions, {
      revokedSince: () => new Promise((resolve) => (release = () => resolve([]))),
    });
    const slow = new RevokedSessions({
      sessions,
      clock: time,
      timers: time,
      accessTokenMs,
      onRevoked: () => undefined,
      failed: () => undefined,
    });
    const started = slow.start();
    await time.advance(4_000);
    release();
    await started;
    expect(slow.check('any')).toBe('live');
    await time.advance(1_001);
    expect(slow.check('any')).toBe('unknown');
    slow.stop();
  });

  it('are read at once for whoever has to know of them, as one reading', async () => {
    const { time, state, revoked, session, revoke } = await aWorld();
    await revoked.start();
    state.failing = true;
    await time.advance(6_000);
    await revoke();
    expect(revoked.isCurrent()).toBe(false);
    await expect(revoked.ensureCurrent()).rejects.toEqual(aFault());
    state.failing = false;
    const before = state.reads;
    await Promise.all([revoked.ensureCurrent(), revoked.ensureCurrent()]);
    expect(state.reads).toBe(before + 1);
    expect(state.told).toEqual([[session]]);
    await revoked.ensureCurrent();
    expect(state.reads).toBe(before + 1);
    revoked.stop();
  });

  it('are none of them missed after the store was out of reach for minutes (G6)', async () => {
    const { time, state, revoked, session, revoke } = await aWorld();
    await revoked.start();
    state.failing = true;
    await time.advance(10_000);
    await revoke();
    await time.advance(300_000);
    state.failing = false;
    await time.advance(2_000);
    expect(revoked.check(session)).toBe('revoked');
    revoked.stop();
  });

  it('are read since a whole millisecond, though monotonic time has fractions', async () => {
    const { stores, time } = await aWorld();
    const asked: number[] = [];
    const sessions = overriding<SessionStore>(stores.sessions, {
      revokedSince: (since) => (asked.push(since), stores.sessions.revokedSince(since)),
    });
    const clock = { now: () => time.now(), monotonic: () => time.monotonic() * 1.0001 };
    const ports = { sessions, clock, timers: time, accessTokenMs };
    const untold = { onRevoked: () => undefined, failed: () => undefined };
    const revoked = new RevokedSessions({ ...ports, ...untold });
    await revoked.start();
    await time.advance(10_000);
    expect(asked).toHaveLength(6);
    expect(asked.filter((since) => !Number.isSafeInteger(since))).toEqual([]);
    revoked.stop();
  });

  it('are forgotten when no token of theirs can be alive', async () => {
    const { time, revoked, session, revoke } = await aWorld();
    await revoked.start();
    await revoke();
    await time.advance(2_000);
    expect(revoked.check(session)).toBe('revoked');
    await time.advance(accessTokenMs + 50_000);
    expect(revoked.check(session)).toBe('revoked');
    await time.advance(20_000);
    expect(revoked.check(session)).toBe('live');
    revoked.stop();
  });

  it('are read no more after stop, also when it comes during a reading', async () => {
    const { time, state, revoked } = await aWorld();
    await revoked.start();
    await time.advance(2_000);
    revoked.stop();
    expect(time.armed).toBe(0);
    await revoked.start();
    const reading = time.advance(2_000);
    revoked.stop();
    await reading;
    await turn();
    expect(time.armed).toBe(0);
    expect(state.reads).toBe(4);
  });
});

describe('telling who calls', () => {
  it('tells of a session that was let in whether it still is one, by the store when revocations are not known (G6)', async () => {
    const { time, state, revoked, revoke, identify, session } = await aWorld();
    await revoked.start();
    expect(await identify.isLive(session)).toBe(true);
    state.failing = true;
    await time.advance(6_000);
    expect(await identify.isLive(session)).toBe(true);
    await revoke();
    expect(await identify.isLive(session)).toBe(false);
    revoked.stop();
  });

  it('goes by the token alone while revocations are known', async () => {
    const { stores, time, revoked, revoke, identify, claims, token } = await aWorld();
    await revoked.start();
    expect(await identify.execute(token)).toEqual(claims);
    expect(await identify.execute('no token')).toBeNull();
    await revoke();
    // Two seconds at most, and then at the door.
    expect(await identify.execute(token)).toEqual(claims);
    await time.advance(2_000);
    expect(await identify.execute(token)).toBeNull();
    expect(await stores.sessions.find(claims.session)).not.toBeNull();
    revoked.stop();
  });

  it('takes no token that has ended', async () => {
    const { time, revoked, identify, token } = await aWorld();
    await revoked.start();
    await time.advance(accessTokenMs);
    expect(await identify.execute(token)).toBeNull();
    revoked.stop();
  });

  it('asks the store for each caller when revocations are not known (G6)', async () => {
    const { state, time, revoked, revoke, identify, claims, token } = await aWorld();
    await revoked.start();
    state.failing = true;
    await time.advance(6_000);
    expect(await identify.execute(token)).toEqual(claims);
    await revoke();
    expect(await identify.execute(token)).toBeNull();
    expect(await identify.execute(JSON.stringify({ ...claims, session: 'unknown' }))).toBeNull();
    revoked.stop();
  });
});
