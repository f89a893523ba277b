import type { KeyBundle } from '@sealpost/client';
import { describe, expect } from 'vitest';
import type { EngineDevice } from '../../engine/engine-device.ts';
import { sha256Of } from '../../builders/bytes.ts';
import { Lab } from '../../engine/lab.ts';
import { testsOf, type CryptoEngineSubject } from './subject.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Key bundles: one-time ones serve one join, last-resort ones many. */
export function bundles(subject: CryptoEngineSubject): void {
  const it = testsOf(subject);
  const publish = (
    by: EngineDevice,
    oneTime: number,
    lastResort: boolean,
    nowMs = Date.now(),
  ): Promise<readonly KeyBundle[]> =>
    by.run((engine, records) => engine.publishBundles(records, { oneTime, lastResort, nowMs }));
  const refsOf = (of: EngineDevice) => of.engine.bundleRefs(of.records);
  /** Founds a conversation of its own with the owner of the bundle; how the owner takes it. */
  const openBy = async (by: EngineDevice, owner: EngineDevice, bundle: KeyBundle, name: string) => {
    const lab = new Lab(() => subject.engine(), name);
    const position = { conversation: name, generation: 1, epoch: 1, clientId: name };
    const wanted = { ...position, peers: [bundle], profile: null };
    const staged = await by.run((engine, records) => engine.found(records, wanted));
    await lab.submit(by, staged);
    return (await lab.sync(owner)).at(0);
  };

  describe('trap 8, bundles', () => {
    it('are made as wanted and named by the hash of their bytes', async (lab) => {
      const alice = await lab.device('alice');
      const nowMs = Date.now();
      const made = await publish(alice, 3, true, nowMs);
      expect(made.map(({ lastResort }) => lastResort)).toEqual([false, false, false, true]);
      expect(new Set(made.map(({ ref }) => ref)).size).toBe(4);
      for (const { body, ref, device, suite, expiresAt } of made) {
        expect(ref).toBe(Buffer.from(sha256Of(body)).toString('hex'));
        expect({ device, suite }).toEqual({ device: alice.ref, suite: alice.engine.suite });
        expect(expiresAt).toBe(nowMs + 90 * DAY_MS);
      }
      const oneTime = made.filter((one) => !one.lastResort).map(({ ref }) => ref);
      const expected = { oneTime: oneTime.toSorted(), lastResort: made[3]?.ref };
      expect(await refsOf(alice)).toEqual(expected);
      const more = await publish(alice, 1, false);
      expect((await refsOf(alice)).oneTime).toContain(more[0]?.ref);
      expect((await refsOf(alice)).oneTime).toHaveLength(4);
    });

    it('for one use serve one join', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const [bundle] = await publish(bob, 1, false);
      if (!bundle) throw new Error('no bundle was made');
      const first = await openBy(alice, bob, bundle, 'one');
      expect(first).toMatchObject({ kind: 'joined', lastResort: false });
      expect(await refsOf(bob)).toEqual({ oneTime: [], lastResort: null });
      const second = await openBy(alice, bob, bundle, 'two');
      expect(second).toMatchObject({ reason: 'no_session', recover: 'rejoin' });
    });

    it('of last resort serve many joins', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const [bundle] = await publish(bob, 0, true);
      if (!bundle) throw new Error('no bundle was made');
      for (const name of ['one', 'two']) {
        const joined = await openBy(alice, bob, bundle, name);
        expect(joined).toMatchObject({ kind: 'joined', lastResort: true });
      }
      expect((await refsOf(bob)).lastResort).toBe(bundle.ref);
    });

    it('of last resort serve until the next but one is made', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const [first] = await publish(bob, 0, true);
      const [second] = await publish(bob, 0, true);
      if (!first || !second) throw new Error('no bundle was made');
      expect((await refsOf(bob)).lastResort).toBe(second.ref);
      expect(await openBy(alice, bob, first, 'one')).toMatchObject({ kind: 'joined' });
      await publish(bob, 0, true);
      expect(await openBy(alice, bob, first, 'two')).toMatchObject({ reason: 'no_session' });
      expect(await openBy(alice, bob, second, 'three')).toMatchObject({ kind: 'joined' });
    });

    it('are swept once they expired', async (lab) => {
      const alice = await lab.device('alice');
      const nowMs = Date.now();
      await publish(alice, 2, true, nowMs - 91 * DAY_MS);
      await publish(alice, 1, false, nowMs);
      const sweep = (at: number) =>
        alice.run((engine, records) => engine.sweepBundles(records, at));
      expect(await sweep(nowMs - 2 * DAY_MS)).toBe(0);
      expect(await sweep(nowMs)).toBe(3);
      const { oneTime, lastResort } = await refsOf(alice);
      expect({ count: oneTime.length, lastResort }).toEqual({ count: 1, lastResort: null });
      expect(await sweep(nowMs)).toBe(0);
    });
  });
}
