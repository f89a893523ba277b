import { memoryStores } from '@sealpost/adapter-memory';
import {
  aConversationId,
  aFoundingAppend,
  aMessageAppend,
  many,
  TestTime,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { MoveHistory } from './move-history.ts';
import { surveyMove } from './survey-move.ts';

describe('a look at what a move has before it', () => {
  it('counts what is still to be moved, changes nothing, and counts what is there after it', async () => {
    const [from, to] = [memoryStores().log, memoryStores().log];
    for (const conversation of many(3, aConversationId)) {
      await from.append([aFoundingAppend({ conversation })]);
      await from.append([aMessageAppend(1, { conversation })]);
    }
    const before = { conversations: 3, there: 0, entries: 6, isWhole: true };
    expect(await surveyMove(from, to)).toEqual(before);
    expect(await surveyMove(from, to)).toEqual(before);
    expect(await to.conversations({ after: null, limit: 1 })).toEqual([]);
    const pause = async () => undefined;
    const move = new MoveHistory({ from, to, clock: new TestTime(), pause, atOnce: 1 });
    await move.begin();
    await move.step(null);
    const after = { conversations: 3, there: 3, entries: 0, isWhole: true };
    expect(await surveyMove(from, to)).toEqual(after);
  });

  it('ends after a page when it is told that this is enough', async () => {
    const [from, to] = [memoryStores().log, memoryStores().log];
    for (const conversation of many(201, aConversationId))
      await from.append([aFoundingAppend({ conversation })]);
    expect(await surveyMove(from, to, () => true)).toMatchObject({
      conversations: 200,
      isWhole: false,
    });
  });
});
