import { describe, expect } from 'vitest';
import { deviceIdsOf, textsOf } from '../../engine/lab.ts';
import { testsOf, type CryptoEngineSubject } from './subject.ts';

/** A key change comes into force by the log's acceptance and by nothing else. */
export function staging(subject: CryptoEngineSubject): void {
  const it = testsOf(subject);

  describe('trap 2, staged commits', () => {
    it('change nothing until they are settled', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const secret = await lab.epochSecret(alice);
      const staged = await lab.stageCommit(alice, { adds: [carol] });
      expect(await lab.status(alice)).toMatchObject({ epoch: 1, staged: staged.clientId });
      expect(deviceIdsOf(await lab.statusOf(alice))).toEqual(['alice-phone', 'bob-phone']);
      expect(await lab.epochSecret(alice)).toBe(secret);
      await lab.send(alice, 'old epoch');
      expect(textsOf(await lab.sync(bob))).toEqual(['old epoch']);
      await lab.send(bob, 'answer');
      expect(textsOf(await lab.sync(alice))).toEqual(['answer']);
      expect(await lab.submit(alice, staged)).toMatchObject({ epoch: 2 });
      expect(await lab.status(alice)).toMatchObject({ epoch: 2, staged: null });
      await lab.syncAll(bob, carol);
      expect(await lab.epochSecret(carol)).toBe(await lab.epochSecret(alice));
    });

    it('leave no trace when they are rejected', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const staged = await lab.stageCommit(alice);
      expect(await lab.settle(alice, staged.clientId, null)).toBe(true);
      expect(await lab.status(alice)).toMatchObject({ epoch: 1, staged: null });
      await lab.send(alice, 'still epoch one');
      expect(textsOf(await lab.sync(bob))).toEqual(['still epoch one']);
      await lab.commit(alice);
      await lab.send(alice, 'epoch two');
      expect(textsOf(await lab.sync(bob))).toEqual(['epoch two']);
    });

    it('are replaced by staging again', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const first = await lab.stageCommit(alice);
      const second = await lab.stageCommit(alice);
      expect(await lab.status(alice)).toMatchObject({ staged: second.clientId });
      const entry = lab.append(alice, second);
      expect(await lab.settle(alice, first.clientId, entry)).toBe(false);
      expect(await lab.settle(alice, second.clientId, entry)).toBe(true);
      await lab.sync(bob);
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(alice));
    });

    it('are settled by their own id only', async (lab) => {
      const alice = await lab.device('alice');
      expect(await lab.settle(alice, 'never staged', null)).toBe(false);
      await lab.found(alice);
      const before = alice.copy();
      const seq = { accepted: true, seq: 7 } as const;
      const { conversation } = lab.log;
      const step = await alice.engine.settle(alice.records, conversation, 'other', seq);
      expect(step).toEqual({ result: false, writes: new Map() });
      expect(alice.copy()).toEqual(before);
    });

    it('declare what they change', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      const found = await lab.stageFound(alice, [bob]);
      const position = { conversation: lab.log.conversation, generation: 1 };
      expect(found).toMatchObject({ ...position, mode: 'found', epoch: 1, removes: [] });
      expect(found.adds).toEqual([alice.ref, bob.ref]);
      expect(found.parts.filter(({ audience }) => audience === 'all')).toEqual([]);
      await lab.submit(alice, found);
      const staged = await lab.stageCommit(alice, { adds: [carol], removes: [bob] });
      expect(staged).toMatchObject({ ...position, mode: 'member', epoch: 2 });
      expect(staged).toMatchObject({ adds: [carol.ref], removes: [bob.ref] });
      const audiences = staged.parts.map(({ audience }) => audience);
      expect(audiences).toEqual(['all', 'joiners', [carol.ref.device]]);
    });
  });

  describe('trap 2, concurrent commits', () => {
    it('end with the winner for all, and the loser tries again', async (lab) => {
      const [alice, bob, carol, dave] = await lab.devices('alice', 'bob', 'carol', 'dave');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const winner = await lab.stageCommit(alice, { adds: [carol] });
      const loser = await lab.stageCommit(bob, { adds: [dave] });
      expect(await lab.submit(alice, winner)).not.toBeNull();
      expect(lab.append(bob, loser)).toBeNull();
      expect(await lab.sync(bob)).toMatchObject([{ kind: 'commit', epoch: 2 }]);
      expect(await lab.status(bob)).toMatchObject({ epoch: 2, staged: null });
      expect(await lab.settle(bob, loser.clientId, null)).toBe(false);
      await lab.commit(bob, { adds: [dave] });
      await lab.syncAll(alice, carol, dave);
      const members = [alice, bob, carol, dave];
      const secrets = await Promise.all(members.map((device) => lab.epochSecret(device)));
      expect(new Set(secrets).size).toBe(1);
    });

    it('end well when the loser hears of its refusal before it hears of the winner', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const winner = await lab.stageCommit(alice);
      const loser = await lab.stageCommit(bob);
      await lab.submit(alice, winner);
      expect(await lab.submit(bob, loser)).toBeNull();
      await lab.sync(bob);
      await lab.commit(bob);
      await lab.sync(alice);
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(alice));
    });
  });

  describe('trap 3, a lost acknowledgement', () => {
    it('is made good by the own entry in the log, also after a restart', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const staged = await lab.stageCommit(alice, { adds: [carol] });
      lab.append(alice, staged);
      await lab.syncAll(bob, carol);
      await lab.send(bob, 'in the new epoch');
      alice.restart();
      expect(textsOf(await lab.sync(alice))).toEqual(['in the new epoch']);
      expect(await lab.status(alice)).toMatchObject({ epoch: 2, staged: null });
      await lab.send(alice, 'caught up');
      expect(textsOf(await lab.sync(carol))).toEqual(['in the new epoch', 'caught up']);
    });

    it('of a founding is made good likewise', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      lab.append(alice, await lab.stageFound(alice, [bob]));
      await lab.sync(bob);
      await lab.send(bob, 'you founded this');
      alice.restart();
      expect(textsOf(await lab.sync(alice))).toEqual(['you founded this']);
    });
  });
}
