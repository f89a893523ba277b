import { describe, expect } from 'vitest';
import { bytesOf } from '../../builders/bytes.ts';
import { textsOf } from '../../engine/lab.ts';
import { testsOf, type CryptoEngineSubject } from './subject.ts';

const undecryptable = (reason: string, recover: string) => {
  const kind = 'undecryptable';
  return { kind, reason, recover };
};

/** Entries that come twice, too late, too early, or are not what they say. */
export function entries(subject: CryptoEngineSubject): void {
  const it = testsOf(subject);

  describe('entries', () => {
    it('that were processed are duplicates', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const founding = await lab.found(alice, bob);
      const message = await lab.send(alice, 'once');
      const commit = await lab.commit(alice);
      await lab.sync(bob);
      for (const entry of [founding, message, commit]) {
        expect(await lab.receive(bob, entry)).toEqual({ kind: 'duplicate' });
        expect(await lab.receive(alice, entry)).toEqual({ kind: 'duplicate' });
      }
      await lab.send(alice, 'twice');
      expect(textsOf(await lab.sync(bob))).toEqual(['twice']);
    });

    it('are not read again under another number', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const message = await lab.send(alice, 'once');
      await lab.sync(bob);
      const again = await lab.receive(bob, message, { seq: 50 });
      expect(again).toEqual(undecryptable('consumed', 'ignore'));
    });

    it('may be missing where nobody was given them', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      for (let n = 0; n < 30; n += 1) await lab.send(alice, `unseen ${n}`);
      expect(await lab.receive(bob, await lab.send(alice, 'seen'))).toMatchObject({
        plaintext: bytesOf('seen'),
      });
    });

    it('that were overtaken are lost', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const [first, second] = [await lab.send(alice, 'first'), await lab.send(alice, 'second')];
      expect(await lab.receive(bob, second)).toMatchObject({ kind: 'message' });
      const late = await lab.receive(bob, first, { seq: 50 });
      expect(late).toEqual(undecryptable('consumed', 'ignore'));
    });

    it('of an epoch that was missed ask for a rejoin', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      await lab.commit(alice);
      const message = await lab.send(alice, 'hello');
      const commit = await lab.commit(alice);
      expect(await lab.receive(bob, message)).toEqual(undecryptable('fork', 'rejoin'));
      expect(await lab.receive(bob, commit)).toEqual(undecryptable('fork', 'rejoin'));
    });

    it('of a conversation without keys ask for a rejoin', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      const founding = await lab.found(alice, bob);
      const message = await lab.send(alice, 'hello');
      const noSession = undecryptable('no_session', 'rejoin');
      expect(await lab.receive(carol, founding)).toEqual(noSession);
      expect(await lab.receive(carol, message)).toEqual(noSession);
    });

    it('made on another history than ours ask for a rejoin', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      const loser = await lab.stageCommit(carol);
      const winner = await lab.commit(alice);
      const shown = { sender: carol.ref, clientId: loser.clientId };
      const parts = loser.parts.flatMap(({ audience, bytes }) =>
        audience === 'all' ? [{ audience, bytes }] : [],
      );
      const answer = await lab.receive(bob, winner, { ...shown, parts });
      expect(answer).toMatchObject({ kind: 'commit', epoch: 2 });
      const next = await lab.commit(alice);
      const forked = { kind: 'undecryptable', recover: 'rejoin' };
      expect(await lab.receive(bob, next)).toMatchObject(forked);
      await lab.rejoin(bob);
      await lab.sync(alice);
      await lab.send(alice, 'together again');
      expect(textsOf(await lab.sync(bob))).toEqual(['together again']);
    });

    it('that do not decode are malformed and take nothing', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const message = await lab.send(alice, 'hello');
      const [part] = lab.log.given(message, bob.ref).parts;
      const noise = { audience: 'all' as const, bytes: bytesOf('noise') };
      for (const parts of [[], [noise], part ? [part, part] : []]) {
        const answer = await lab.receive(bob, message, { parts });
        expect(answer).toEqual(undecryptable('malformed', 'ignore'));
      }
      expect(textsOf([await lab.receive(bob, message)])).toEqual(['hello']);
      const commit = await lab.commit(alice);
      const asMessage = { kind: 'message' as const, epoch: 1 };
      expect(await lab.receive(bob, commit, asMessage)).toEqual(
        undecryptable('malformed', 'ignore'),
      );
      const broken = await lab.receive(bob, commit, { parts: [noise] });
      expect(broken).toEqual(undecryptable('malformed', 'rejoin'));
      const otherMode = await lab.receive(bob, commit, { mode: 'external' });
      expect(otherMode).toEqual(undecryptable('malformed', 'rejoin'));
      expect(await lab.receive(bob, commit)).toMatchObject({ kind: 'commit' });
    });

    it('that declare other changes are applied and reported', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const commit = await lab.commit(alice, { adds: [carol] });
      const processed = await lab.receive(bob, commit, { adds: [] });
      expect(processed).toMatchObject({ kind: 'commit', added: [carol.ref], mismatch: true });
      const removal = await lab.commit(alice, { removes: [carol] });
      const both = [carol.ref, bob.ref];
      const second = await lab.receive(bob, removal, { removes: both });
      expect(second).toMatchObject({ removed: [carol.ref], mismatch: true, self: 'member' });
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(alice));
    });

    it('of this device itself are never taken in', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const message = await lab.send(alice, 'my own');
      expect(await lab.receive(alice, message)).toEqual(undecryptable('consumed', 'ignore'));
      const staged = await lab.stageCommit(alice);
      const commit = lab.append(alice, staged);
      if (!commit) throw new Error('the log refused the commit');
      expect(await lab.receive(alice, commit)).toEqual(undecryptable('consumed', 'ignore'));
      expect(await lab.settle(alice, staged.clientId, commit)).toBe(true);
    });

    it('of this device that it does not know show that its records are an old copy', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      const backup = alice.copy();
      const message = await lab.send(alice, 'after the backup');
      const commit = await lab.commit(alice);
      alice.restore(backup);
      const old = undecryptable('consumed', 'rejoin');
      expect(await lab.receive(alice, message)).toEqual(old);
      expect(await lab.receive(alice, commit)).toEqual(old);
    });
  });
}
