import { describe, expect } from 'vitest';
import { aCommitAppend, aFoundingAppend, aPart } from '../../builders/append.ts';
import { bytesOf } from '../../builders/bytes.ts';
import { aClientId, aConversationId } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, codes, pageOf } from './steps.ts';

export function superseding(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('an item that supersedes a commit', () => {
    const parts = [
      aPart('for all'),
      { audience: 'joiners' as const, bytes: bytesOf('for joiners') },
      { audience: ['d'], bytes: bytesOf('for one') },
    ];
    const kept = [parts[0], parts[2]];

    it("drops that commit's parts for joiners and nothing else", async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const [founding, commit, next] = [
        aFoundingAppend({ conversation }, { parts }),
        aCommitAppend(1, { conversation }, { parts }),
        aCommitAppend(2, { conversation }, { parts, supersedes: 2 }),
      ];
      await appendAll(log, [founding, commit]);
      const before = await pageOf(log, conversation);
      await appendAll(log, [next]);
      const { entries } = await pageOf(log, conversation);
      expect(plain(entries.slice(0, 2))).toEqual(
        plain([before.entries[0], { ...before.entries[1], parts: kept }]),
      );
      expect(plain(entries[2]?.parts)).toEqual(plain(parts));
    });

    it('drops them also when both are in one batch', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await log.append([
        aFoundingAppend({ conversation }, { parts }),
        aCommitAppend(1, { conversation }, { supersedes: 1 }),
      ]);
      expect(plain((await pageOf(log, conversation)).entries[0]?.parts)).toEqual(plain(kept));
    });

    it('drops nothing when it is refused', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation }, { parts })]);
      const outcomes = await log.append([
        aCommitAppend(5, { conversation }, { supersedes: 1 }),
        aCommitAppend(1, { conversation, after: aClientId() }, { supersedes: 1 }),
      ]);
      expect(codes(outcomes)).toEqual(['stale', 'out_of_turn']);
      expect(plain((await pageOf(log, conversation)).entries[0]?.parts)).toEqual(plain(parts));
    });

    it('drops nothing more when it is repeated, decided on itself', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const founding = aFoundingAppend({ conversation }, { parts });
      const commit = aCommitAppend(1, { conversation }, { parts, supersedes: 1 });
      await appendAll(log, [founding, commit]);
      const repeat = { ...commit, basis: 2, supersedes: 2 };
      expect(codes(await log.append([repeat, repeat]))).toEqual(['known', 'known']);
      const { entries } = await pageOf(log, conversation);
      expect(plain(entries.map((entry) => entry.parts))).toEqual(plain([kept, parts]));
    });
  });
}
