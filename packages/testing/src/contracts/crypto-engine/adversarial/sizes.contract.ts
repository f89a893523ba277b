import type { IncomingEntry } from '@sealpost/client';
import { describe, expect } from 'vitest';
import type { EngineDevice } from '../../../engine/engine-device.ts';
import { textsOf } from '../../../engine/lab.ts';
import type { LogEntry } from '../../../engine/model-log.ts';
import { expectMisuse, testsOf } from '../subject.ts';
import type { AdversarialSubject } from './subject.ts';

const MiB = 1024 * 1024;
/** Far longer than looking at a length takes, and far shorter than decoding would. */
const atOnceMs = 1_000;

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
      const refuse = async (by: EngineDevice, entry: LogEntry, length: number): Promise<void> => {
        const altered = swollen(lab.log.given(entry, by.ref), length);
        const before = by.copy();
        const began = performance.now();
        const shown = await lab.receive(by, entry, altered);
        expect(performance.now() - began).toBeLessThan(atOnceMs);
        expect(shown).toMatchObject({ kind: 'undecryptable' });
        expect(by.copy()).toEqual(before);
      };
      for (const length of [2 * MiB + 1, 64 * MiB]) await refuse(bob, message, length);
      expect(textsOf([await lab.receive(bob, message)])).toEqual(['hello']);
      for (const length of [MiB / 2 + 1, 64 * MiB]) await refuse(bob, change, length);
      for (const length of [2 * MiB + 1, 64 * MiB]) await refuse(carol, change, length);
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
