import { memoryStores } from '@sealpost/adapter-memory';
import { aConversationId, aFoundingAppend, aMessageAppend } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { settledLog } from './settled-log.ts';

const wide = { entries: 9, bytes: 1 << 20 };

describe('a server that knows of one store only', () => {
  it('reads and writes as ever what is not moved', async () => {
    const log = settledLog(memoryStores().log);
    const conversation = aConversationId();
    const batch = [aFoundingAppend({ conversation }), aMessageAppend(1, { conversation })];
    expect(await log.append(batch)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    expect((await log.page(conversation, 0, wide))?.entries).toHaveLength(2);
    expect((await log.heads([conversation])).size).toBe(1);
    expect((await log.movedSince(0, 9)).size).toBe(1);
    expect((await log.load(conversation))?.head.seq).toBe(2);
  });

  it('answers for what has moved that it is unavailable, and reads nothing of what has fallen behind', async () => {
    const { log: inner } = memoryStores();
    const log = settledLog(inner);
    const [conversation, other] = [aConversationId(), aConversationId()];
    await log.append([aFoundingAppend({ conversation }), aFoundingAppend({ conversation: other })]);
    await inner.changeTenure(conversation, 0, { term: 1, state: 'closed' });
    const unavailable = { retryable: true, detail: 'moved_away' };
    await expect(log.append([aMessageAppend(1, { conversation })])).rejects.toMatchObject(
      unavailable,
    );
    await expect(log.page(conversation, 0, wide)).rejects.toMatchObject(unavailable);
    await expect(log.load(conversation)).rejects.toMatchObject(unavailable);
    await expect(log.heads([conversation, other])).rejects.toMatchObject(unavailable);
    await expect(log.movedSince(0, 9)).rejects.toMatchObject(unavailable);
    expect((await log.page(other, 0, wide))?.entries).toHaveLength(1);
  });

  it('founds nothing where conversations are no longer founded', async () => {
    const { log: inner } = memoryStores();
    await inner.changeTenure(null, 0, { term: 1, state: 'closed' });
    await expect(settledLog(inner).append([aFoundingAppend()])).rejects.toMatchObject({
      detail: 'moved_away',
    });
  });
});
