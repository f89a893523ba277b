import { describe, expect } from 'vitest';
import type { ConversationId, ConversationLog, LoadedLog, LogPage } from '@sealpost/domain';
import { aCommitAppend, aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { turn, until } from '../turn.ts';
import { appendAll, pageOf, seqsOf, upTo } from './steps.ts';

const writers = 16;
const rounds = 5;

/** Appends from all writers at once: messages, and changes that mostly lose. Resolves with the last seq. */
async function write(log: ConversationLog, conversation: ConversationId): Promise<void> {
  await Promise.all(
    many(writers, async (writer) => {
      for (let round = 0; round < rounds; round += 1) {
        const basis = (await log.heads([conversation])).get(conversation)?.version ?? 0;
        const make = writer % 4 === 0 ? aCommitAppend : aMessageAppend;
        await log.append(many(2, () => make(basis, { conversation })));
      }
    }),
  );
}

/** Reads from page to page while `writing` goes on, and once more after its end. */
async function follow(
  log: ConversationLog,
  conversation: ConversationId,
  writing: Promise<void>,
  entries: number,
): Promise<LogPage[]> {
  const pages: LogPage[] = [];
  let done = false;
  let at = 0;
  const end = writing.finally(() => (done = true));
  for (;;) {
    await turn();
    const last = done;
    const page = await pageOf(log, conversation, at, { entries, bytes: 1 << 20 });
    pages.push(page);
    at = page.entries.at(-1)?.seq ?? at;
    if (last && page.entries.length === 0) break;
  }
  await end;
  return pages;
}

export function racingReaders(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe(`readers beside ${writers} writers`, () => {
    it('that go on from the last entry of each page miss none and see none twice (G3, G5)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation })]);
      const writing = write(log, conversation);
      const readers = await Promise.all(
        [1, 3, 100].map((entries) => follow(log, conversation, writing, entries)),
      );
      const all = (await pageOf(log, conversation)).entries.map(({ clientId }) => clientId);
      for (const pages of readers) {
        const entries = pages.flatMap((page) => page.entries);
        expect(seqsOf(entries)).toEqual(upTo(all.length));
        expect(entries.map(({ clientId }) => clientId)).toEqual(all);
      }
    });

    it('get with each page the head of the same instant', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation })]);
      const pages = await follow(log, conversation, write(log, conversation), 7);
      for (const { entries, head } of pages) {
        const last = entries.at(-1);
        const changes = seqsOf(entries.filter(({ kind }) => kind !== 'message'));
        expect(head.seq).toBeGreaterThanOrEqual(last?.seq ?? 0);
        expect(head.version).toBeGreaterThanOrEqual(changes.at(-1) ?? 0);
        expect(head.version).toBeLessThanOrEqual(head.seq);
      }
      // At the head, the page tells the head's values itself.
      const atHead = pages.filter(({ entries, head }) => entries.at(-1)?.seq === head.seq);
      expect(atHead.length).toBeGreaterThan(0);
      for (const { entries, head } of atHead) {
        const { loud, acceptedAt } = entries.at(-1) ?? {};
        const changes = seqsOf(entries.filter(({ kind }) => kind !== 'message'));
        const before = Math.min(head.version, (entries[0]?.seq ?? 0) - 1);
        expect(head).toMatchObject({ loud, acceptedAt, version: changes.at(-1) ?? before });
      }
    });

    it('load every change up to the version of the head that comes along', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation })]);
      let done = false;
      const writing = write(log, conversation).finally(() => (done = true));
      const loads: (LoadedLog | null)[] = [];
      await until(async () => {
        loads.push(await log.load(conversation));
        return done;
      });
      await writing;
      const changes = (await pageOf(log, conversation)).entries.filter(
        ({ kind }) => kind !== 'message',
      );
      for (const loaded of loads) {
        expect(loaded?.changes.map(({ seq }) => seq)).toEqual(
          seqsOf(changes).filter((seq) => seq <= (loaded?.head.version ?? 0)),
        );
        expect(loaded?.changes.at(-1)?.seq).toBe(loaded?.head.version);
      }
    });
  });
}
