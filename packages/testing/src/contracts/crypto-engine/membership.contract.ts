import { describe, expect } from 'vitest';
import { bytesOf } from '../../builders/bytes.ts';
import { deviceIdsOf, textsOf } from '../../engine/lab.ts';
import { expectMisuse, testsOf, type CryptoEngineSubject } from './subject.ts';

/** Who is in the keys reads, and nobody else. */
export function membership(subject: CryptoEngineSubject): void {
  const it = testsOf(subject);

  describe('membership', () => {
    it('lets all founding devices read each other', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const laptop = await lab.device('alice', 'alice-laptop');
      await lab.found(alice, laptop, bob);
      await lab.syncAll(laptop, bob);
      await lab.send(alice, 'from alice');
      await lab.sync(bob);
      await lab.send(bob, 'from bob');
      expect(textsOf(await lab.sync(laptop))).toEqual(['from alice', 'from bob']);
      expect(textsOf(await lab.sync(alice))).toEqual(['from bob']);
    });

    it('names the sender and the parent of a message', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const parent = { seq: 1, digest: new Uint8Array(32).fill(9) };
      const entry = await lab.send(alice, 'hello', { parent, class: 'quiet' });
      expect(await lab.receive(bob, entry)).toEqual({
        kind: 'message',
        sender: alice.ref,
        plaintext: bytesOf('hello'),
        parent,
      });
    });

    it('works for a conversation of one device', async (lab) => {
      const alice = await lab.device('alice');
      await lab.found(alice);
      await lab.commit(alice);
      await lab.send(alice, 'note to self');
      const laptop = await lab.device('alice', 'alice-laptop');
      await lab.commit(alice, { adds: [laptop] });
      await lab.sync(laptop);
      await lab.send(alice, 'for the laptop');
      expect(textsOf(await lab.sync(laptop))).toEqual(['for the laptop']);
    });

    it('gives an added device what follows and nothing from before', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      const before = await lab.send(alice, 'before');
      await lab.commit(alice, { adds: [carol] });
      const joined = await lab.sync(carol);
      const join = { kind: 'joined', epoch: 2, generation: 1, profile: null, lastResort: false };
      expect(joined.at(-1)).toEqual(join);
      expect(await lab.receive(carol, before, { seq: 99 })).toMatchObject({
        kind: 'undecryptable',
      });
      await lab.send(alice, 'after');
      expect(textsOf(await lab.sync(carol))).toEqual(['after']);
    });

    it('gives the profile to the added devices alone', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      const profile = bytesOf('title and picture');
      await lab.submit(alice, await lab.stageFound(alice, [bob], profile));
      expect(await lab.sync(bob)).toMatchObject([{ kind: 'joined', profile }]);
      const other = bytesOf('another title');
      await lab.submit(alice, await lab.stageCommit(alice, { adds: [carol], profile: other }));
      expect(await lab.sync(bob)).toMatchObject([{ kind: 'commit' }]);
      expect((await lab.sync(carol)).at(-1)).toMatchObject({ kind: 'joined', profile: other });
      await lab.send(alice, 'everybody goes on');
      expect(textsOf(await lab.sync(bob))).toEqual(['everybody goes on']);
      expect(textsOf(await lab.sync(carol))).toEqual(['everybody goes on']);
    });

    it('tells a removed device so, and ends its keys', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      await lab.commit(alice, { removes: [bob] });
      const commit = { kind: 'commit', epoch: 2, added: [], removed: [bob.ref], mismatch: false };
      expect(await lab.sync(carol)).toEqual([{ ...commit, self: 'member' }]);
      expect(await lab.sync(bob)).toEqual([{ ...commit, self: 'removed' }]);
      expect(await lab.status(bob)).toMatchObject({ self: 'removed', devices: [], epoch: 2 });
      await expectMisuse(lab.send(bob, 'still here'), 'no_session');
      await expectMisuse(lab.epochSecret(bob), 'no_session');
      const after = await lab.send(alice, 'without bob');
      expect(textsOf(await lab.sync(carol))).toEqual(['without bob']);
      expect(await lab.receive(bob, after)).toMatchObject({ reason: 'no_session' });
    });

    it('takes a removed device in again', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      await lab.commit(alice, { removes: [bob] });
      await lab.sync(bob);
      await lab.commit(alice, { adds: [bob] });
      expect(await lab.sync(bob)).toMatchObject([{ kind: 'joined', epoch: 3 }]);
      await lab.send(bob, 'back');
      expect(textsOf(await lab.sync(alice))).toEqual(['back']);
    });

    it('replaces a device by removing and adding it in one commit', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      await lab.commit(alice, { removes: [bob], adds: [bob] });
      expect(await lab.sync(bob)).toMatchObject([{ kind: 'joined', epoch: 2 }]);
      expect(await lab.sync(carol)).toMatchObject([
        { kind: 'commit', added: [bob.ref], removed: [bob.ref], mismatch: false },
      ]);
      await lab.send(bob, 'new keys');
      expect(textsOf(await lab.sync(carol))).toEqual(['new keys']);
    });

    it('adds and removes several devices in one commit', async (lab) => {
      const [alice, bob, carol, dave] = await lab.devices('alice', 'bob', 'carol', 'dave');
      const [erin, frank] = await lab.devices('erin', 'frank');
      await lab.found(alice, bob, carol, dave);
      await lab.syncAll(bob, carol, dave);
      await lab.commit(alice, { removes: [bob, carol], adds: [erin, frank] });
      const present = [alice, dave, erin, frank];
      await lab.syncAll(...present);
      const secrets = await Promise.all(present.map((device) => lab.epochSecret(device)));
      expect(new Set(secrets).size).toBe(1);
      expect(deviceIdsOf(await lab.statusOf(dave))).toEqual(
        present.map(({ ref }) => ref.device).toSorted(),
      );
    });
  });
}
