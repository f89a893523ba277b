import type { Bytes, IncomingEntry, Processed } from '@sealpost/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../builders/bytes.ts';
import type { EngineDevice } from '../../../engine/engine-device.ts';
import { Lab } from '../../../engine/lab.ts';
import type { LogEntry } from '../../../engine/model-log.ts';
import type { AdversarialSubject } from './subject.ts';

type Alteration = (bytes: Bytes) => Bytes;

const flip = fc.record({ at: fc.nat(), bit: fc.nat({ max: 7 }) }).map(
  ({ at, bit }): Alteration =>
    (bytes) =>
      flipped(bytes, 8 * (at % bytes.length) + bit),
);
const truncate = fc.nat().map(
  (at): Alteration =>
    (bytes) =>
      bytes.slice(0, at % bytes.length),
);
const extend = fc.uint8Array({ minLength: 1, maxLength: 40 }).map(
  (tail): Alteration =>
    (bytes) =>
      Uint8Array.from([...bytes, ...tail]),
);
const overwrite = fc
  .record({ at: fc.nat(), with: fc.uint8Array({ minLength: 1, maxLength: 8 }) })
  .map((change): Alteration => (bytes) => {
    const altered = bytes.slice();
    altered.set(change.with.slice(0, altered.length), change.at % Math.max(1, altered.length - 8));
    return altered;
  });
const replace = fc.uint8Array({ maxLength: 300 }).map(
  (bytes): Alteration =>
    () =>
      bytes,
);
const alteration = fc.oneof(flip, flip, truncate, extend, overwrite, replace);

/** Whatever bytes come in an entry, they are refused and nothing is thrown, taken or changed. */
export function hostileBytes(subject: AdversarialSubject): void {
  describe('trap 13, hostile bytes', () => {
    it('in any part of any entry are refused, and the true entry is taken after them', async () => {
      const cases = await casesOf((name) => new Lab(() => subject.engine(), name));
      const which = fc.record({ of: fc.nat(), part: fc.nat(), alter: alteration });
      await fc.assert(
        fc.asyncProperty(which, async ({ of, part, alter }) => {
          const one = cases[of % cases.length];
          if (!one) return;
          const altered = alterPart(one.entry, part, alter);
          fc.pre(altered !== null);
          const { result, writes } = await process(one.by, altered);
          // A broken profile is as good as none; the Welcome beside it holds.
          const isJoin = result.kind === 'joined' && result.profile === null;
          expect(isJoin || (result.kind === 'undecryptable' && writes.size === 0)).toBe(true);
        }),
        { numRuns: subject.alterations },
      );
      for (const { by, entry, kind } of cases) {
        expect((await process(by, entry)).result.kind).toBe(kind);
      }
    });

    it("that differ in one bit of a part's head, where formats and suites are named, are refused", async () => {
      const cases = await casesOf((name) => new Lab(() => subject.engine(), name));
      const taken: string[] = [];
      for (const { by, entry, kind } of cases) {
        for (const [part, { bytes }] of entry.parts.entries()) {
          for (let bit = 0; bit < 8 * HEAD_BYTES; bit += 1) {
            const altered = alterPart(entry, part, () => flipped(bytes, bit));
            const { result } = await process(by, altered ?? entry);
            const isJoin = result.kind === 'joined' && result.profile === null;
            if (result.kind !== 'undecryptable' && !isJoin) taken.push(`${kind} ${part} ${bit}`);
          }
        }
      }
      expect(taken).toEqual([]);
    });

    it('in an offer to join are refused', async () => {
      const lab = new Lab(() => subject.engine());
      const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
      await lab.found(alice, bob);
      await lab.commit(alice);
      const { conversation } = lab.log;
      const offer = lab.log.groupInfo();
      const wanted = { conversation, generation: 1, epoch: 3, clientId: 'c' };
      await fc.assert(
        fc.asyncProperty(alteration, async (alter) => {
          const groupInfo = alter(offer);
          fc.pre(groupInfo.join() !== offer.join());
          const call = carol.lose((engine, records) =>
            engine.rejoin(records, { ...wanted, groupInfo }),
          );
          await expect(call).rejects.toMatchObject({ code: 'unusable_group_info' });
        }),
        { numRuns: Math.ceil(subject.alterations / 4) },
      );
    });
  });
}

const HEAD_BYTES = 8;

function flipped(bytes: Bytes, bit: number): Bytes {
  const altered = bytes.slice();
  const at = Math.floor(bit / 8);
  altered[at] = (altered[at] ?? 0) ^ (1 << (bit % 8));
  return altered;
}

interface Case {
  readonly by: EngineDevice;
  readonly entry: IncomingEntry;
  readonly kind: Processed['kind'];
}

const process = (by: EngineDevice, entry: IncomingEntry) =>
  by.engine.process(by.records, by.ref, entry);

/** The entry with one of its parts altered; null when that changes nothing. */
function alterPart(entry: IncomingEntry, part: number, alter: Alteration): IncomingEntry | null {
  const which = part % entry.parts.length;
  const parts = entry.parts.map(({ audience, bytes }, at) => ({
    audience,
    bytes: at === which ? alter(bytes) : bytes,
  }));
  const isChanged = parts[which]?.bytes.join() !== entry.parts[which]?.bytes.join();
  return isChanged ? { ...entry, parts } : null;
}

/** An entry of every kind, each in a conversation of its own with a device that has not taken it yet. */
async function casesOf(labOf: (conversation: string) => Lab): Promise<readonly Case[]> {
  const open = async (conversation: string) => {
    const lab = labOf(conversation);
    const [alice, bob, carol] = await lab.devices('alice', 'bob', 'carol');
    const staged = await lab.stageFound(alice, [bob], bytesOf('profile'));
    const founding = await lab.submit(alice, staged);
    if (!founding) throw new Error('the log refused the founding');
    const taken = (entry: LogEntry, kind: Processed['kind']): Case => ({
      by: bob,
      entry: lab.log.given(entry, bob.ref),
      kind,
    });
    return { lab, alice, bob, carol, founding, taken };
  };
  const joining = await open('joining');
  const [reading, adding, entering] = [
    await open('reading'),
    await open('adding'),
    await open('entering'),
  ];
  for (const { lab, bob } of [reading, adding, entering]) await lab.sync(bob);
  return [
    joining.taken(joining.founding, 'joined'),
    reading.taken(await reading.lab.send(reading.alice, 'hello'), 'message'),
    adding.taken(await adding.lab.commit(adding.alice, { adds: [adding.carol] }), 'commit'),
    entering.taken(await entering.lab.rejoin(entering.carol), 'commit'),
  ];
}
