import type { IncomingEntry } from '@sealpost/client';
import { describe, expect } from 'vitest';
import { textsOf } from '../../../engine/lab.ts';
import { testsOf } from '../subject.ts';
import { givenFrom, textOf, type AdversarialSubject } from './subject.ts';

/** A former member with its old keys and everything that the log holds reads nothing. */
export function removedReader(subject: AdversarialSubject): void {
  const it = testsOf(subject);
  const { attacks } = subject;

  describe('trap 18, a removed device', () => {
    for (const { size, position } of [
      { size: 2, position: 1 },
      { size: 3, position: 1 },
      { size: 3, position: 2 },
      { size: 5, position: 3 },
    ]) {
      it(`of ${size}, at position ${position}, cannot read on, whatever it makes of its keys`, async (lab) => {
        const names = Array.from({ length: size }, (_, at) => `account-${at}`);
        const devices = await lab.devices(...names);
        const [alice, removed] = [devices[0], devices[position]];
        if (!alice || !removed) throw new Error('no such device');
        await lab.found(alice, ...devices.slice(1));
        await lab.syncAll(...devices);
        const member = await lab.send(alice, 'while it was a member');
        const { conversation } = lab.log;
        const old = removed.copy();
        const commit = await lab.commit(alice, { removes: [removed] });
        await lab.send(alice, 'after the removal');
        await lab.commit(alice);
        await lab.send(alice, 'one epoch later');
        const whole = givenFrom(lab, member, removed);
        const read = (await attacks.readAll(old, conversation, whole)).map(textOf);
        expect(new Set(read)).toEqual(new Set(['while it was a member']));
        const after = givenFrom(lab, commit, removed);
        expect(await attacks.readAll(old, conversation, after)).toEqual([]);
      });
    }

    it('reads on after a removal without an update path, and so members refuse such a removal', async (lab) => {
      const [alice, bob, mallory] = await lab.devices('alice', 'bob', 'mallory');
      await lab.found(alice, bob, mallory);
      await lab.syncAll(bob, mallory);
      const { conversation } = lab.log;
      const binding = lab.binding(alice, { epoch: 2 });
      const { commit, message } = await attacks.pathlessRemoval(alice.copy(), binding, mallory.ref);
      const entry: IncomingEntry = {
        conversation,
        seq: 2,
        generation: 1,
        epoch: 2,
        sender: alice.ref,
        clientId: binding.clientId,
        kind: 'commit',
        class: 'quiet',
        mode: 'member',
        adds: [],
        removes: [mallory.ref],
        parts: [{ audience: 'all', bytes: commit }],
      };
      const said = { ...entry, seq: 3, parts: [{ audience: 'all' as const, bytes: message }] };
      const read = await attacks.readAll(mallory.copy(), conversation, [entry, said]);
      expect(new Set(read.map(textOf))).toEqual(new Set(['said after the removal']));
      const answer = await bob.run((engine, records) => engine.process(records, bob.ref, entry));
      expect(answer).toEqual({ kind: 'undecryptable', reason: 'fork', recover: 'rejoin' });
      expect(await lab.status(bob)).toMatchObject({ epoch: 1 });
    });

    it('is shut out by an update path, which every removal and every refresh carries', async (lab) => {
      const [alice, bob, carol, dave] = await lab.devices('alice', 'bob', 'carol', 'dave');
      const laptop = await lab.device('alice', 'alice-laptop');
      await lab.found(alice, bob, carol, dave);
      await lab.syncAll(bob, carol, dave);
      for (const make of [
        () => lab.commit(alice),
        () => lab.commit(alice, { removes: [carol] }),
        () => lab.commit(alice, { removes: [dave], adds: [carol] }),
        () => lab.rejoin(laptop),
      ]) {
        await lab.sync(alice);
        const entry = await make();
        const given = lab.log.given(entry, bob.ref);
        expect(await attacks.carriesPath(bob.copy(), given)).toBe(true);
        await lab.sync(bob);
      }
      await lab.sync(alice);
      await lab.send(alice, 'all is well');
      expect(textsOf(await lab.sync(bob))).toEqual(['all is well']);
    });
  });
}
