import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { aConversationId, aDeviceId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { accountAt, aPlace, valuesOf } from './steps.ts';

const callers = 16;
const seq = fc.nat({ max: 12 });
const anyMove = fc.record(
  { device: fc.constantFrom('one', 'two'), delivered: seq, read: seq, shown: seq },
  { requiredKeys: ['device'] },
);

export function movingTogether(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('many moves', () => {
    it('count together when they come in one call, in whatever order they stand (G8)', async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      const other = { ...place, device: aDeviceId() };
      await cursors.move([
        { ...place, shown: 6 },
        { ...place, read: 7 },
        { ...other, delivered: 9 },
        { ...place, delivered: 3 },
      ]);
      expect(await accountAt(cursors, place)).toEqual([9, 7, 6]);
    });

    it('of one device in one call leave the highest', async ({ stores: { cursors } }) => {
      const place = aPlace();
      const { conversation, account } = place;
      expect(
        await cursors.move(
          [5, 8, 3].map((delivered) => ({ ...place, delivered, read: delivered })),
        ),
      ).toEqual([{ conversation, account }]);
      expect(await accountAt(cursors, place)).toEqual([8, 8, 0]);
    });

    it('never let a value fall, nor break shown ≤ read ≤ delivered (G8)', async ({
      stores: { cursors },
    }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyMove, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
          async (calls) => {
            const { conversation, account } = aPlace();
            let before = [0, 0, 0];
            for (const moves of calls) {
              const rose = await cursors.move(
                moves.map((move) => ({ ...move, conversation, account, incarnation: 1 })),
              );
              const [cursor] = await cursors.ofConversation(conversation, [account]);
              const now = cursor ? valuesOf(cursor) : [0, 0, 0];
              expect(now).toEqual(now.toSorted((a, b) => b - a));
              expect(now.map((value, index) => value >= (before[index] ?? 0))).toEqual([
                true,
                true,
                true,
              ]);
              expect(rose.length === 1 || now.join() === before.join()).toBe(true);
              before = now;
            }
          },
        ),
        { numRuns: 30 },
      );
    });

    it(`of ${callers} callers leave the highest of all, and each rise is told (G8)`, async ({
      stores: { cursors },
    }) => {
      const place = aPlace();
      const answers = await Promise.all(
        many(callers * 2, (caller) =>
          cursors.move([
            { ...place, device: `device ${caller % 4}`, delivered: caller + 1, read: caller + 1 },
          ]),
        ),
      );
      expect(await accountAt(cursors, place)).toEqual([callers * 2, callers * 2, 0]);
      expect(answers.at(-1)).toHaveLength(1);
    });

    it(`of ${callers} callers over the same conversations in different orders all take effect`, async ({
      stores: { cursors },
    }) => {
      const places = many(8, () => ({ ...aPlace(), conversation: aConversationId() }));
      await Promise.all(
        many(callers, (caller) =>
          cursors.move(
            many(8, (index) => places[(index * 3 + caller) % 8] ?? aPlace()).map((place) => ({
              ...place,
              delivered: caller + 1,
              read: caller,
            })),
          ),
        ),
      );
      for (const place of places)
        expect(await accountAt(cursors, place)).toEqual([callers, callers - 1, 0]);
    });
  });
}
