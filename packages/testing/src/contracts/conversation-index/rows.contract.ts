import { describe, expect } from 'vitest';
import type { AccountId, ConversationIndex, IndexRow, RowPlace } from '@sealpost/domain';
import { aConversationId, anAccountId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { bounded } from '../turn.ts';
import { conversationOf } from './steps.ts';

const whole = { after: null, limit: 1_000 };
const placeOf = ({ account, conversation }: RowPlace): string => `${account}/${conversation}`;

/** Walks the pages to the end. */
async function walked(index: ConversationIndex, limit: number): Promise<IndexRow[]> {
  const rows: IndexRow[] = [];
  const round = bounded(100);
  for (let after: RowPlace | null = null; ;) {
    round();
    const page: readonly IndexRow[] = await index.rows({ after, limit });
    rows.push(...page);
    after = page.at(-1) ?? null;
    if (after === null) return rows;
  }
}

export function allRows(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('the rows of all accounts', () => {
    it('hold the open and the ended ones, of conversations with a log and without', async ({
      stores,
    }) => {
      const { index } = stores;
      const [one, two] = [anAccountId(), anAccountId()].toSorted();
      const [open, ended] = [one ?? '', two ?? ''];
      const conversation = await conversationOf(stores, [open, ended]);
      await index.leave(conversation, [ended], 3);
      expect(await index.rows(whole)).toEqual([
        { account: open, conversation, basis: 0, until: null },
        { account: ended, conversation, basis: 0, until: 3 },
      ]);
      const unfounded = aConversationId();
      await index.enter(unfounded, [open], 4);
      const row = { account: open, conversation: unfounded, basis: 4, until: null };
      expect(await index.rows(whole)).toContainEqual(row);
    });

    it('come in pages, ascending by the codes of the characters, each once', async ({
      stores: { index },
    }) => {
      // Characters whose order differs between the rules of languages and the order of characters.
      const ids = ['-', 'A', 'B', '_', 'a', 'aB', 'ab'];
      for (const conversation of ids.toReversed()) await index.enter(conversation, ids, 0);
      const sorted = ids.flatMap((account) =>
        ids.map((conversation) => `${account}/${conversation}`),
      );
      for (const limit of [1, 7, 10, 49, 100])
        expect((await walked(index, limit)).map(placeOf)).toEqual(sorted);
      const after = { account: 'a', conversation: '_x' };
      const page = await index.rows({ after, limit: 4 });
      expect(page.map(placeOf)).toEqual(['a/a', 'a/aB', 'a/ab', 'aB/-']);
    });
  });

  describe('forgetting', () => {
    it('takes away the rows of the accounts that are named, open or ended, and no other', async ({
      stores: { index },
    }) => {
      const [conversation, other] = [aConversationId(), aConversationId()];
      const [open = '', ended = '', kept = '', none = ''] = many(4, anAccountId);
      await index.enter(conversation, [open, ended, kept], 3);
      await index.enter(other, [open], 3);
      await index.leave(conversation, [ended], 7);
      await index.forget(conversation, [ended, none, open], 4);
      await index.forget(conversation, [], 9);
      const left = [
        { account: open, conversation: other, basis: 3, until: null },
        { account: kept, conversation, basis: 3, until: null },
      ];
      expect((await index.rows(whole)).map(placeOf)).toEqual(left.map(placeOf).toSorted());
      expect(await index.rowsOf(conversation, [open, ended, kept, none])).toEqual([left[1]]);
    });

    it('is as if the account had not been entered: it can be entered on an older basis', async ({
      stores: { index },
    }) => {
      const [conversation, account] = [aConversationId(), anAccountId()];
      await index.enter(conversation, [account], 8);
      await index.forget(conversation, [account], 9);
      await index.leave(conversation, [account], 12);
      expect(await index.rows(whole)).toEqual([]);
      await index.enter(conversation, [account], 2);
      const row = { account, conversation, basis: 2, until: null };
      expect(await index.rowsOf(conversation, [account])).toEqual([row]);
    });

    it('leaves who was entered on the version that is named or on a later one (G5)', async ({
      stores: { index },
    }) => {
      const [conversation, account] = [aConversationId(), anAccountId()];
      await index.enter(conversation, [account], 8);
      await index.forget(conversation, [account], 5);
      await index.forget(conversation, [account], 8);
      expect(await index.rows(whole)).toHaveLength(1);
      await index.forget(conversation, [account], 9);
      expect(await index.rows(whole)).toEqual([]);
    });

    it('never hides a newer membership, in whatever order racing calls take effect (G5)', async ({
      stores: { index },
    }) => {
      const conversation = aConversationId();
      const accounts: AccountId[] = many(4, anAccountId);
      await Promise.all(
        many(16, async (turn) => {
          const [some, others] = [accounts.slice(turn % 4), accounts.slice(0, turn % 4)];
          const turned = [...some, ...others];
          await Promise.all([
            index.forget(conversation, turned.toReversed(), turn),
            index.enter(conversation, turned, turn),
            index.leave(conversation, turned, turn),
          ]);
        }),
      );
      const left = await index.rowsOf(conversation, accounts);
      expect(left.map(({ account }) => account).toSorted()).toEqual(accounts.toSorted());
      expect(left).toEqual(
        accounts.map(() => expect.objectContaining({ basis: 15, until: null }) as unknown),
      );
    });
  });
}
