import { describe, expect } from 'vitest';
import { textsOf } from '../../../engine/lab.ts';
import { testsOf } from '../subject.ts';
import { givenFrom, textOf, type AdversarialSubject } from './subject.ts';

/** Keys that served are gone: whoever copies the records later does not get at what was read before. */
export function spentKeys(subject: AdversarialSubject): void {
  const it = testsOf(subject);
  const { attacks } = subject;

  describe('trap 18, spent keys', () => {
    it('are gone from the receiver and from the sender', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const { conversation } = lab.log;
      const before = bob.copy();
      const message = await lab.send(alice, 'read once');
      const given = givenFrom(lab, message, bob);
      expect((await attacks.readAll(before, conversation, given)).map(textOf)).toContain(
        'read once',
      );
      await lab.sync(bob);
      expect(await attacks.readAll(bob.copy(), conversation, given)).toEqual([]);
      expect(await attacks.readAll(alice.copy(), conversation, given)).toEqual([]);
    });

    it('are gone too where messages in between were never given to the device', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const { conversation } = lab.log;
      const skipped = await lab.send(alice, 'skipped');
      await lab.send(alice, 'also skipped');
      const read = await lab.send(alice, 'read');
      expect(textsOf([await lab.receive(bob, read)])).toEqual(['read']);
      const given = givenFrom(lab, skipped, bob);
      expect(await attacks.readAll(bob.copy(), conversation, given)).toEqual([]);
      const after = await lab.send(alice, 'still to come');
      const coming = await attacks.readAll(bob.copy(), conversation, givenFrom(lab, after, bob));
      expect(coming.map(textOf)).toContain('still to come');
    });

    it('of past epochs are gone', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const { conversation } = lab.log;
      const unread = await lab.send(alice, 'of the first epoch');
      const commit = await lab.commit(alice);
      expect(await lab.receive(bob, commit)).toMatchObject({ kind: 'commit', epoch: 2 });
      const given = givenFrom(lab, unread, bob);
      expect(await attacks.readAll(bob.copy(), conversation, given)).toEqual([]);
      expect(await attacks.readAll(alice.copy(), conversation, given)).toEqual([]);
    });

    it('are healed by a refresh after the records were copied', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const { conversation } = lab.log;
      const stolen = bob.copy();
      const refresh = await lab.commit(bob);
      await lab.sync(alice);
      await lab.send(alice, 'healed');
      const given = givenFrom(lab, refresh, bob);
      expect(await attacks.readAll(stolen, conversation, given)).toEqual([]);
    });

    it('used again by an old copy of a device give nobody anything', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const backup = alice.copy();
      await lab.send(alice, 'before the restore');
      await lab.sync(bob);
      alice.restore(backup);
      await lab.send(alice, 'after the restore');
      expect(await lab.sync(bob)).toEqual([
        { kind: 'undecryptable', reason: 'consumed', recover: 'ignore' },
      ]);
    });
  });
}
