import { describe, expect } from 'vitest';
import { bytesOf } from '../../builders/bytes.ts';
import { deviceIdsOf, textsOf } from '../../engine/lab.ts';
import { expectMisuse, testsOf, type CryptoEngineSubject } from './subject.ts';

/** Coming in by oneself, and by a new generation. */
export function joining(subject: CryptoEngineSubject): void {
  const it = testsOf(subject);

  describe('a join by oneself', () => {
    it('brings a new device in, and all others follow', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const laptop = await lab.device('bob', 'bob-laptop');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const staged = await lab.stageRejoin(laptop);
      expect(staged).toMatchObject({ mode: 'external', epoch: 2, adds: [laptop.ref], removes: [] });
      expect(await lab.status(laptop)).toBeNull();
      await lab.submit(laptop, staged);
      const joined = { kind: 'commit', epoch: 2, added: [laptop.ref], removed: [] };
      const own = { ...joined, mismatch: false, self: 'member' };
      expect(await lab.sync(alice)).toEqual([own]);
      expect(await lab.sync(bob)).toEqual([own]);
      await lab.send(laptop, 'here I am');
      expect(textsOf(await lab.sync(alice))).toEqual(['here I am']);
      await lab.send(alice, 'welcome');
      expect(textsOf(await lab.sync(laptop))).toEqual(['welcome']);
    });

    it('replaces the leaf of a device that lost its place', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      await lab.commit(alice);
      const { conversation } = lab.log;
      await bob.run((engine, records) => engine.forget(records, conversation));
      await lab.rejoin(bob);
      await lab.syncAll(alice, carol);
      const ids = ['alice-phone', 'bob-phone', 'carol-phone'];
      expect(deviceIdsOf(await lab.statusOf(alice))).toEqual(ids);
      expect(deviceIdsOf(await lab.statusOf(bob))).toEqual(ids);
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(carol));
      await lab.commit(carol);
      await lab.syncAll(alice, bob);
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(alice));
    });

    it('leaves the old keys in use until it is settled', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const staged = await lab.stageRejoin(bob);
      await lab.send(alice, 'old epoch');
      expect(textsOf(await lab.sync(bob))).toEqual(['old epoch']);
      expect(await lab.status(bob)).toMatchObject({ epoch: 1, staged: staged.clientId });
    });

    it('that loses its race is staged anew on the newest offer', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice);
      const [first, second] = [await lab.stageRejoin(bob), await lab.stageRejoin(carol)];
      expect(await lab.submit(bob, first)).not.toBeNull();
      expect(await lab.submit(carol, second)).toBeNull();
      await lab.rejoin(carol);
      await lab.syncAll(alice, bob);
      const secrets = [await lab.epochSecret(alice), await lab.epochSecret(bob)];
      expect(secrets).toEqual([await lab.epochSecret(carol), await lab.epochSecret(carol)]);
    });

    it('is not for the only device in the keys, which resets', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice);
      await expectMisuse(lab.rejoin(alice), 'unsupported');
      await lab.found(alice, bob);
      await lab.sync(bob);
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(alice));
    });

    it('is refused where the offer is another one than is needed', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice);
      const old = lab.log.groupInfo();
      await lab.commit(alice);
      const { conversation, generation, epoch } = lab.log;
      const head = { conversation, generation, epoch: epoch + 1, clientId: 'c' };
      const newest = lab.log.groupInfo();
      for (const wrong of [
        { groupInfo: old },
        { groupInfo: bytesOf('noise') },
        { groupInfo: newest, generation: 2 },
        { groupInfo: newest, conversation: 'other' },
        { groupInfo: newest, epoch: epoch + 2 },
      ]) {
        const wanted = { ...head, ...wrong };
        const call = bob.run((engine, records) => engine.rejoin(records, wanted));
        await expectMisuse(call, 'unusable_group_info');
      }
      await lab.rejoin(bob);
    });
  });

  describe('a Welcome', () => {
    it('serves only the device that it is for', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.bundle(carol);
      const founding = await lab.found(alice, bob);
      const { parts } = lab.log.given(founding, bob.ref);
      expect(await lab.receive(carol, founding, { parts })).toMatchObject({
        kind: 'undecryptable',
        reason: 'no_session',
      });
      expect(await lab.receive(bob, founding)).toMatchObject({ kind: 'joined' });
    });

    it('serves once', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const founding = await lab.found(alice, bob);
      await lab.sync(bob);
      const { conversation } = lab.log;
      await bob.run((engine, records) => engine.forget(records, conversation));
      expect(await lab.receive(bob, founding)).toMatchObject({ reason: 'no_session' });
    });
  });

  describe('trap 7, a reset', () => {
    it('harms nothing until it is settled', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const staged = await lab.stageFound(alice, [bob]);
      expect(staged).toMatchObject({ mode: 'found', generation: 2, epoch: 2 });
      await lab.send(alice, 'old generation');
      expect(textsOf(await lab.sync(bob))).toEqual(['old generation']);
      expect(await lab.settle(alice, staged.clientId, null)).toBe(true);
      await lab.send(alice, 'still');
      expect(textsOf(await lab.sync(bob))).toEqual(['still']);
      expect(await lab.status(alice)).toMatchObject({ generation: 1, epoch: 1, staged: null });
    });

    it('replaces the keys of those who get its Welcome', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      const late = await lab.send(carol, 'of the first generation');
      await lab.sync(alice);
      await lab.found(alice, bob);
      const joined = { kind: 'joined', generation: 2, epoch: 2 };
      expect((await lab.sync(bob)).at(-1)).toMatchObject(joined);
      const outside = { reason: 'no_session', recover: 'rejoin' };
      expect((await lab.sync(carol)).at(-1)).toMatchObject(outside);
      expect(await lab.status(carol)).toMatchObject({ generation: 1 });
      const past = { reason: 'no_session', recover: 'ignore' };
      expect(await lab.receive(bob, late, { seq: 50 })).toMatchObject(past);
      await lab.rejoin(carol);
      await lab.syncAll(alice, bob);
      await lab.send(carol, 'of the second');
      expect(textsOf(await lab.sync(alice))).toEqual(['of the second']);
      expect(await lab.status(carol)).toMatchObject({ generation: 2, epoch: 3 });
    });
  });
}
