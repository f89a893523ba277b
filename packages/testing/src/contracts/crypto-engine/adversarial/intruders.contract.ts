import type { Processed } from '@sealpost/client';
import { describe, expect } from 'vitest';
import { bytesOf } from '../../../builders/bytes.ts';
import { deviceIdsOf, textsOf } from '../../../engine/lab.ts';
import { expectMisuse, testsOf } from '../subject.ts';
import { commitEntry, type AdversarialSubject } from './subject.ts';

/** Members that lie about who they are, and devices that come in by themselves and do more than that. */
export function intruders(subject: AdversarialSubject): void {
  const it = testsOf(subject);
  const { attacks } = subject;

  describe('trap 16, a member', () => {
    it('cannot speak for another', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob, mallory);
      await lab.syncAll(bob, mallory);
      const binding = lab.binding(alice);
      const text = bytesOf('not from alice');
      for (const bytes of await attacks.impersonations(mallory.copy(), binding, text)) {
        const parts = [{ audience: 'all' as const, bytes }];
        const entry = lab.log.message(alice.ref, { ...binding, parts });
        if (!entry) throw new Error('the log refused the message');
        expect(await lab.receive(bob, entry)).toMatchObject({ reason: 'bad_auth' });
        const asMallory = { sender: mallory.ref };
        expect(await lab.receive(bob, entry, asMallory)).toMatchObject({ reason: 'bad_auth' });
      }
      await lab.send(alice, 'from alice');
      expect(textsOf(await lab.sync(bob))).toEqual(['from alice']);
    });

    it('that takes the name of another is seen', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob, mallory);
      await lab.syncAll(bob, mallory);
      const binding = lab.binding(mallory, { epoch: 2 });
      const rename = { kind: 'rename', to: alice.ref } as const;
      const { commit } = await attacks.commitOf(mallory.copy(), binding, rename);
      const entry = commitEntry(lab, mallory, binding.clientId, commit);
      expect(await lab.receive(bob, entry)).toMatchObject({
        kind: 'commit',
        added: [alice.ref],
        removed: [mallory.ref],
        mismatch: true,
      });
      const { devices } = await lab.statusOf(bob);
      const keys = devices.filter(({ device }) => device === alice.ref.device);
      expect(new Set(keys.map(({ signatureKey }) => signatureKey.join())).size).toBe(2);
      expect(await lab.receive(bob, entry)).toEqual({ kind: 'duplicate' });
    });
  });

  describe('trap 16, a member that commits', () => {
    it('cannot do so for another', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob, mallory);
      await lab.syncAll(bob, mallory);
      const binding = lab.binding(alice, { epoch: 2 });
      const { commit } = await attacks.commitOf(mallory.copy(), binding, { kind: 'none' });
      const entry = commitEntry(lab, alice, binding.clientId, commit);
      expect(await lab.receive(bob, entry)).toMatchObject({ reason: 'bad_auth' });
      expect(await lab.status(bob)).toMatchObject({ epoch: 1 });
    });

    it('cannot welcome a device for another', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, mallory);
      await lab.sync(mallory);
      const add = { kind: 'add', bundles: [await lab.bundle(bob)] } as const;
      const answers: Processed[] = [];
      for (const by of [alice, mallory]) {
        const binding = lab.binding(by, { epoch: 2 });
        const { welcome } = await attacks.commitOf(mallory.copy(), binding, add);
        if (!welcome) throw new Error('no Welcome was made');
        const entry = commitEntry(lab, by, binding.clientId, welcome);
        const parts = [{ audience: 'device' as const, bytes: welcome }];
        answers.push(await lab.receive(bob, entry, { parts }));
      }
      expect(answers).toMatchObject([{ reason: 'bad_auth' }, { kind: 'joined', epoch: 2 }]);
    });

    it('cannot change what the group is', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob, mallory);
      await lab.syncAll(bob, mallory);
      for (const kind of ['extensions', 'reinit'] as const) {
        const binding = lab.binding(mallory, { epoch: 2 });
        const { commit } = await attacks.commitOf(mallory.copy(), binding, { kind });
        const entry = commitEntry(lab, mallory, binding.clientId, commit);
        const refused = { kind: 'undecryptable', reason: 'fork', recover: 'rejoin' };
        expect(await lab.receive(bob, entry)).toEqual(refused);
      }
      await lab.commit(alice);
      expect(await lab.sync(bob)).toMatchObject([{ kind: 'commit', epoch: 2 }]);
    });
  });

  describe('trap 6, a device that comes in by itself', () => {
    it('cannot take out another', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const binding = lab.binding(mallory, { epoch: 2 });
      const offer = lab.log.groupInfo();
      const bytes = await attacks.externalRemoval(mallory.copy(), binding, offer, 0);
      const entry = commitEntry(lab, mallory, binding.clientId, bytes, 'external');
      expect(await lab.receive(bob, entry)).toMatchObject({ reason: 'malformed' });
      expect(deviceIdsOf(await lab.statusOf(bob))).toEqual(['alice-phone', 'bob-phone']);
    });

    it('cannot make a member search for a leaf without end', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const binding = lab.binding(mallory, { epoch: 2 });
      const offer = lab.log.groupInfo();
      for (const leaf of [2, 3, 77, 2 ** 30, 2 ** 31, 2 ** 32 - 1]) {
        const bytes = await attacks.externalRemoval(mallory.copy(), binding, offer, leaf);
        const entry = commitEntry(lab, mallory, binding.clientId, bytes, 'external');
        expect(await lab.receive(bob, entry)).toMatchObject({ reason: 'malformed' });
      }
    });

    it('comes in when its key is not in the tree', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      // The same name with another signature key: the device lost its records whole.
      const again = await lab.device('bob');
      const own = { added: [again.ref], removed: [], mismatch: false };
      await lab.rejoin(again);
      expect(await lab.sync(alice)).toMatchObject([own]);
      const { devices } = await lab.statusOf(alice);
      expect(devices.filter(({ device }) => device === 'bob-phone')).toHaveLength(2);
      await lab.commit(alice, { removes: [again] });
      expect(deviceIdsOf(await lab.statusOf(alice))).toEqual(['alice-phone']);
    });

    it('cannot use an old offer, not even with the help of the server', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const stale = await lab.stageRejoin(mallory);
      const offer = lab.log.groupInfo();
      await lab.commit(alice);
      await lab.sync(bob);
      const [part] = stale.parts;
      if (!part) throw new Error('the commit has no parts');
      const entry = commitEntry(lab, mallory, stale.clientId, part.bytes, 'external');
      expect(await lab.receive(bob, entry)).toMatchObject({ reason: 'bad_auth' });
      const early = await lab.receive(bob, entry, { epoch: 2 });
      expect(early).toMatchObject({ reason: 'fork', recover: 'rejoin' });
      const binding = lab.binding(mallory, { epoch: 3 });
      const bytes = await attacks.externalRemoval(mallory.copy(), binding, offer, 0);
      const forged = commitEntry(lab, mallory, binding.clientId, bytes, 'external');
      expect(await lab.receive(bob, forged)).toMatchObject({ kind: 'undecryptable' });
      expect(await lab.status(bob)).toMatchObject({ epoch: 2 });
    });

    it('refuses an offer on which it would search without end', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice);
      const groupInfo = await attacks.loopingGroupInfo(lab.log.groupInfo());
      const { conversation } = lab.log;
      const wanted = { conversation, generation: 1, epoch: 2, clientId: 'c', groupInfo };
      const call = bob.run((engine, records) => engine.rejoin(records, wanted));
      await expectMisuse(call, 'unusable_group_info');
    });
  });
}
