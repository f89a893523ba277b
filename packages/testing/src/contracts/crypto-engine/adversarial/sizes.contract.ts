import type { IncomingEntry } from '@sealpost/client';
import { describe, expect } from 'vitest';
import { textsOf } from '../../../engine/lab.ts';
import { expectMisuse, testsOf } from '../subject.ts';
import type { AdversarialSubject } from './subject.ts';

const MiB = 1024 * 1024;
/** Far longer than looking at a length takes, and far shorter than decoding would. */
const atOnceMs = 500;

/** More bytes than any honest device makes are refused by their number, before anything is made of them. */
export function sizes(subject: AdversarialSubject): void {
  const it = testsOf(subject);

  /** `true` bytes followed by so many more that the part has `length`: what a decoder would begin to read. */
  const swollen = (entry: IncomingEntry, length: number): Pick<IncomingEntry, 'parts'> => ({
    parts: entry.parts.map(({ audience, bytes }) => {
      const larger = new Uint8Array(length);
      larger.set(bytes.slice(0, length));
      return { audience, bytes: larger };
    }),
  });

  describe('trap 13, sizes: bytes without measure', () => {
    it('in a message, a change of keys and a Welcome are malformed at once, and the true ones are taken after them', async (lab) => {
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      await lab.sync(bob);
      const message = await lab.send(alice, 'hello');
      const change = await lab.commit(alice, { adds: [carol] });
      for (const [by, entry, length] of [
        [bob, message, 2 * MiB + 1],
        [bob, message, 64 * MiB],
        [bob, change, MiB / 2 + 1],
        [carol, change, 2 * MiB + 1],
        [carol, change, 64 * MiB],
      ] as const) {
        const given = lab.log.given(entry, by.ref);
        const altered = swollen(given, length);
        const before = by.copy();
        const began = performance.now();
        const shown = await lab.receive(by, entry, altered);
        expect(performance.now() - began).toBeLessThan(atOnceMs);
        expect(shown).toMatchObject({ kind: 'undecryptable' });
        expect(by.copy()).toEqual(before);
        if (entry === message && length === 64 * MiB)
          expect(textsOf([await lab.receive(by, entry)])).toEqual(['hello']);
      }
      expect(await lab.receive(bob, change)).toMatchObject({ kind: 'commit' });
      expect(await lab.receive(carol, change)).toMatchObject({ kind: 'joined' });
    });

    it('in what joiners are offered are refused at once', async (lab) => {
      const [alice, bob] = await lab.devices('alice', 'bob');
      await lab.found(alice);
      const offer = lab.log.groupInfo();
      for (const length of [3 * MiB, 64 * MiB]) {
        const groupInfo = new Uint8Array(length);
        groupInfo.set(offer);
        const { conversation } = lab.log;
        const wanted = { conversation, generation: 1, epoch: 2, clientId: 'c', groupInfo };
        const began = performance.now();
        const call = bob.run((engine, records) => engine.rejoin(records, wanted));
        await expectMisuse(call, 'unusable_group_info');
        expect(performance.now() - began).toBeLessThan(atOnceMs);
      }
    });
  });
}
