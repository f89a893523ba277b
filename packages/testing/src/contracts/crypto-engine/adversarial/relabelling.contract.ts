import type { IncomingEntry } from '@sealpost/client';
import { describe, expect } from 'vitest';
import { Lab, textsOf } from '../../../engine/lab.ts';
import { testsOf } from '../subject.ts';
import { bytesForAll, type AdversarialSubject } from './subject.ts';

const badAuth = (recover: 'ignore' | 'rejoin') => {
  const kind = 'undecryptable';
  return { kind, reason: 'bad_auth', recover };
};

/** The server keeps the log and may write what it likes on an envelope: the ciphertext knows better. */
export function relabelling(subject: AdversarialSubject): void {
  const it = testsOf(subject);

  describe('trap 16, a relabelled entry', () => {
    it('is refused if it is a message, and the true one is read', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.commit(alice);
      await lab.syncAll(bob, carol);
      const entry = await lab.send(alice, 'the truth');
      const labels: readonly Partial<IncomingEntry>[] = [
        { sender: carol.ref },
        { sender: { account: 'alice', device: 'alice-laptop' } },
        { sender: { account: 'bob', device: 'alice-phone' } },
        { clientId: 'another id' },
        { class: 'quiet' },
        { epoch: 1 },
      ];
      for (const label of labels) {
        expect(await lab.receive(bob, entry, label)).toEqual(badAuth('ignore'));
      }
      expect(await lab.receive(bob, entry, { epoch: 3 })).toMatchObject({ reason: 'fork' });
      expect(await lab.receive(bob, entry, { generation: 2 })).toMatchObject({
        reason: 'no_session',
      });
      expect(textsOf([await lab.receive(bob, entry)])).toEqual(['the truth']);
    });

    it('is refused in another conversation of the same devices', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      const other = new Lab(() => subject.engine(), 'other conversation');
      await lab.found(alice, bob);
      await other.found(alice, bob);
      await lab.sync(bob);
      await other.sync(bob);
      const entry = await lab.send(alice, 'meant for one');
      const moved = { conversation: other.log.conversation };
      expect(await lab.receive(bob, entry, moved)).toEqual(badAuth('ignore'));
    });

    it('is refused if it is a commit', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      const entry = await lab.commit(alice);
      for (const label of [{ sender: carol.ref }, { clientId: 'another id' }]) {
        expect(await lab.receive(bob, entry, label)).toEqual(badAuth('rejoin'));
      }
      expect(await lab.receive(bob, entry, { epoch: 3 })).toMatchObject({ reason: 'fork' });
      expect(await lab.receive(bob, entry)).toMatchObject({ kind: 'commit', epoch: 2 });
    });

    it('is refused if it is an external commit', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const entry = await lab.rejoin(carol);
      for (const label of [{ sender: bob.ref }, { clientId: 'another id' }]) {
        expect(await lab.receive(alice, entry, label)).toEqual(badAuth('rejoin'));
      }
      expect(await lab.receive(alice, entry)).toMatchObject({ kind: 'commit', epoch: 2 });
    });

    it('is refused if it carries a Welcome, which stays good', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice);
      await lab.commit(alice);
      const entry = await lab.commit(alice, { adds: [bob] });
      const labels: readonly Partial<IncomingEntry>[] = [
        { sender: carol.ref },
        { clientId: 'another id' },
        { epoch: 2 },
        { epoch: 4 },
        { generation: 2 },
        { conversation: 'other conversation' },
      ];
      for (const label of labels) {
        expect(await lab.receive(bob, entry, label)).toEqual(badAuth('rejoin'));
      }
      expect(await lab.receive(bob, entry)).toMatchObject({ kind: 'joined', epoch: 3 });
    });

    it('is refused where a message is passed off as a profile', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, carol);
      const entry = await lab.commit(alice, { adds: [bob] });
      const message = await lab.send(alice, 'no profile');
      const parts = [
        ...lab.log.given(entry, bob.ref).parts,
        { audience: 'device' as const, bytes: bytesForAll(message) },
      ];
      const joined = await lab.receive(bob, entry, { parts });
      expect(joined).toMatchObject({ kind: 'joined', profile: null });
      expect(textsOf([await lab.receive(bob, message)])).toEqual(['no profile']);
    });
  });
}
