import { describe, expect } from 'vitest';
import { bytesOf } from '../../builders/bytes.ts';
import { EngineDevice } from '../../engine/engine-device.ts';
import { deviceIdsOf, textsOf } from '../../engine/lab.ts';
import { expectMisuse, testsOf, type CryptoEngineSubject } from './subject.ts';

/** Identity, status, exported secrets, and what a caller cannot do. */
export function keysAndMisuse(subject: CryptoEngineSubject): void {
  const it = testsOf(subject);

  describe('keys', () => {
    it('signs with the signature key that its leaf carries', async (lab) => {
      const bob = await lab.device('bob');
      const alice = new EngineDevice({ account: 'alice', device: 'alice-phone' }, () =>
        subject.engine(),
      );
      const { signatureKey } = await alice.run((engine) => engine.createIdentity(alice.ref));
      await lab.found(alice, bob);
      await lab.sync(bob);
      const { devices } = await lab.statusOf(bob);
      expect(devices).toContainEqual({ ...alice.ref, signatureKey });
      const message = bytesOf('signed');
      const signature = await alice.engine.sign(alice.records, message);
      const raw = new Uint8Array(signatureKey);
      const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
      const isValid = crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), message);
      expect(await isValid).toBe(true);
    });

    it('changes the secret of the epoch by a refresh, alike for all', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      const before = await lab.epochSecret(alice);
      expect(await lab.epochSecret(bob)).toBe(before);
      expect(await lab.epochSecret(bob, 'other label')).not.toBe(before);
      await lab.commit(bob);
      await lab.syncAll(alice, carol);
      const after = await lab.epochSecret(carol);
      expect(after).not.toBe(before);
      expect(await lab.epochSecret(alice)).toBe(after);
      expect(await lab.epochSecret(bob)).toBe(after);
      const { conversation } = lab.log;
      const short = await bob.engine.exportSecret(bob.records, conversation, 'test', 7);
      expect(short).toHaveLength(7);
    });

    it('reports where it stands', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      expect(await lab.status(alice)).toBeNull();
      await lab.found(alice, bob);
      expect(await lab.status(bob)).toBeNull();
      const head = { generation: 1, epoch: 1, self: 'member', staged: null };
      expect(await lab.status(alice)).toMatchObject(head);
      expect(deviceIdsOf(await lab.statusOf(alice))).toEqual(['alice-phone', 'bob-phone']);
    });

    it('forgets a conversation whole', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const empty = bob.copy();
      await lab.found(alice, bob);
      await lab.sync(bob);
      await lab.stageCommit(bob);
      const { conversation } = lab.log;
      await bob.run((engine, records) => engine.forget(records, conversation));
      expect(await lab.status(bob)).toBeNull();
      const left = [...bob.copy().keys()].filter((key) => key.includes(conversation));
      expect(left).toEqual([]);
      expect([...empty.keys()].every((key) => bob.copy().has(key))).toBe(true);
      const entry = await lab.send(alice, 'hello');
      expect(await lab.receive(bob, entry)).toMatchObject({ reason: 'no_session' });
    });

    it('keeps all records under its own prefix', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      await lab.stageCommit(bob);
      const keys = [...bob.copy().keys()];
      expect(keys.filter((key) => !key.startsWith('engine/'))).toEqual([]);
    });
  });

  describe('misuse', () => {
    it('needs an identity', async (lab) => {
      const nobody = new EngineDevice({ account: 'n', device: 'n' }, () => subject.engine());
      await expectMisuse(lab.bundle(nobody), 'no_identity');
      await expectMisuse(lab.found(nobody), 'no_identity');
      await expectMisuse(nobody.engine.sign(nobody.records, bytesOf('x')), 'no_identity');
    });

    it('refuses to encrypt for anything but the current epoch of this device', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.commit(alice);
      await expectMisuse(lab.send(alice, 'x', { epoch: 1 }), 'stale_binding');
      await expectMisuse(lab.send(alice, 'x', { generation: 2 }), 'stale_binding');
      await expectMisuse(lab.send(alice, 'x', { sender: bob.ref }), 'stale_binding');
      await expectMisuse(lab.send(alice, 'x', { conversation: 'other' }), 'no_session');
    });

    it('removes nobody who is not in the keys, nor itself', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      await expectMisuse(lab.commit(alice, { removes: [carol] }), 'unknown_device');
      await expectMisuse(lab.commit(alice, { removes: [alice] }), 'unknown_device');
    });

    it('names the bundles that it cannot use', async (lab) => {
      const [alice, bob, carol, dave] = await lab.devices('alice', 'bob', 'carol', 'dave');
      await lab.found(alice, bob);
      const [good, present] = [await lab.bundle(carol), await lab.bundle(bob)];
      const otherName = { ...(await lab.bundle(carol)), device: dave.ref };
      const otherSuite = { ...(await lab.bundle(carol)), suite: 'other' };
      const otherBytes = { ...(await lab.bundle(carol)), body: bytesOf('no bundle') };
      const { conversation } = lab.log;
      const head = { conversation, removes: [], profile: null };
      for (const bad of [present, otherName, otherSuite, otherBytes]) {
        const wanted = { ...head, clientId: lab.clientId(), adds: [good, bad] };
        const call = alice.run((engine, records) => engine.commit(records, wanted));
        await expectMisuse(call, 'unusable_bundle', [bad.ref]);
      }
      expect(await lab.status(alice)).toMatchObject({ epoch: 1, staged: null });
      await lab.commit(alice, { adds: [carol] });
      await lab.sync(carol);
      await lab.send(alice, 'hello');
      expect(textsOf(await lab.sync(carol))).toEqual(['hello']);
    });

    it('founds no generation that has begun', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      const { conversation } = lab.log;
      const wanted = { conversation, generation: 1, epoch: 2, peers: [], profile: null };
      const call = alice.run((engine, records) =>
        engine.found(records, { ...wanted, clientId: lab.clientId() }),
      );
      await expectMisuse(call, 'unsupported');
    });
  });
}
