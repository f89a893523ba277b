import { describe, expect } from 'vitest';
import type { EngineDevice } from '../../../engine/engine-device.ts';
import { deviceIdsOf, textsOf, type Lab } from '../../../engine/lab.ts';
import type { LogEntry } from '../../../engine/model-log.ts';
import { expectMisuse, testsOf } from '../subject.ts';
import type { AdversarialSubject } from './subject.ts';

/** Devices that do not stand where the log stands: by an old copy of records, by a server with two faces, by noise. */
export function diverging(subject: AdversarialSubject): void {
  const it = testsOf(subject);

  describe('trap 1, rollback: an old copy of the records', () => {
    it('learns from its own message that it is one, and is understood again after coming in anew', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const backup = alice.copy();
      const lost = await lab.send(alice, 'not in the copy');
      await lab.sync(bob);
      alice.restore(backup);
      const shown = await lab.receive(alice, lost);
      expect(shown).toEqual({ kind: 'undecryptable', reason: 'consumed', recover: 'rejoin' });
      await lab.rejoin(alice);
      await lab.send(alice, 'by fresh keys');
      expect(textsOf(await lab.sync(bob))).toEqual(['by fresh keys']);
      expect(await lab.epochSecret(alice)).toBe(await lab.epochSecret(bob));
      expect(deviceIdsOf(await lab.statusOf(bob))).toEqual(['alice-phone', 'bob-phone']);
    });

    it('learns it also from its own change of keys', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const backup = alice.copy();
      const refresh = await lab.commit(alice);
      await lab.sync(bob);
      alice.restore(backup);
      const shown = await lab.receive(alice, refresh);
      expect(shown).toMatchObject({ kind: 'undecryptable', recover: 'rejoin' });
      await lab.rejoin(alice);
      await lab.sync(bob);
      expect(await lab.epochSecret(alice)).toBe(await lab.epochSecret(bob));
    });
  });

  describe('trap 5, fork: members that are shown different changes of one epoch', () => {
    it('share no secret, read nothing of each other, and meet again where one comes in anew', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob, carol);
      await lab.syncAll(bob, carol);
      // The log has the change of Alice; Carol is shown that of Bob in its place.
      const other = asEntry(lab, bob, await lab.stageCommit(bob));
      const winner = await lab.commit(alice);
      expect(await lab.receive(carol, other)).toMatchObject({ kind: 'commit', epoch: 2 });
      expect(await lab.receive(bob, winner)).toMatchObject({ kind: 'commit', epoch: 2 });
      expect(await lab.epochSecret(carol)).not.toBe(await lab.epochSecret(alice));
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(alice));
      const said = await lab.send(alice, 'on one branch');
      const shown = await lab.receive(carol, said);
      expect(shown).toMatchObject({ kind: 'undecryptable', reason: 'bad_auth' });
      const next = await lab.commit(alice);
      expect(await lab.receive(carol, next)).toMatchObject({ recover: 'rejoin' });
      await lab.rejoin(carol);
      await lab.send(carol, 'together again');
      expect(textsOf(await lab.sync(alice))).toEqual(['together again']);
      await lab.sync(bob);
      expect(await lab.epochSecret(bob)).toBe(await lab.epochSecret(carol));
    });
  });

  describe('trap 7, wedged group: a change that the log took and nobody can apply', () => {
    it('moves nobody, gives joiners nothing to enter by, and is cured by a new group', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob, mallory);
      await lab.syncAll(bob, mallory);
      const staged = await lab.stageCommit(mallory);
      const parts = staged.parts.map(({ audience, bytes }) => ({
        audience,
        bytes: bytes.map((byte) => byte ^ 90),
      }));
      const noise = lab.append(mallory, { ...staged, parts });
      if (!noise) throw new Error('the log refused the change');
      for (const member of [alice, bob]) {
        const shown = await lab.receive(member, noise);
        expect(shown).toMatchObject({ kind: 'undecryptable', recover: 'rejoin' });
        expect(await lab.status(member)).toMatchObject({ generation: 1, epoch: 1 });
      }
      await expectMisuse(lab.stageRejoin(bob), 'unusable_group_info');
      await lab.found(alice, bob);
      await lab.sync(bob);
      expect(await lab.status(bob)).toMatchObject({ generation: 2, epoch: 3 });
      await lab.send(bob, 'all is well');
      expect(textsOf(await lab.sync(alice))).toEqual(['all is well']);
    });
  });
}

/** The entry that the log would have made of a change. */
function asEntry(
  lab: Lab,
  by: EngineDevice,
  staged: Awaited<ReturnType<Lab['stageCommit']>>,
): LogEntry {
  const { generation, epoch, clientId, mode, adds, removes, parts } = staged;
  const seq = lab.log.entries.length + 1;
  const head = { seq, generation, epoch, sender: by.ref, clientId, mode, adds, removes, parts };
  return { kind: 'commit', class: 'quiet', ...head };
}
