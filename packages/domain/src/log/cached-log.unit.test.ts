import { memoryStores } from '@sealpost/adapter-memory';
import {
  aCommitAppend,
  aConversationId,
  aFault,
  aFoundingAppend,
  aMessageAppend,
  aRosterAppend,
  Breaker,
  many,
  overriding,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { encodeState } from '../conversation/state-codec.ts';
import { assert } from '../shared/assert.ts';
import type { ConversationId, Seq } from '../shared/ids.ts';
import { CachedLog } from './cached-log.ts';
import type { ConversationLog } from './conversation-log.port.ts';

/** A cache over a store of which the test counts the loads. */
function aCache(limit = 10) {
  const stores = memoryStores();
  let loads = 0;
  const counted = overriding<ConversationLog>(stores.log, {
    load: (...args) => {
      loads += 1;
      return stores.log.load(...args);
    },
  });
  return { log: new CachedLog(counted, limit), store: stores.log, loads: () => loads };
}
const versionOf = async (log: CachedLog, conversation: ConversationId): Promise<Seq | null> =>
  (await log.state(conversation))?.state.version ?? null;

describe('what is cached', () => {
  it('is answered from memory, for all who ask at once too', async () => {
    const { log, store, loads } = aCache();
    const founding = aFoundingAppend();
    const { conversation } = founding.draft;
    await store.append([founding]);
    await Promise.all(many(5, async () => log.state(conversation)));
    await log.state(conversation);
    expect(loads()).toBe(1);
  });

  it('is dropped when this process changes the conversation or learns that it is behind, and not by messages', async () => {
    const { log, store, loads } = aCache();
    const conversation = aConversationId();
    await log.append([aFoundingAppend({ conversation })]);
    expect(await versionOf(log, conversation)).toBe(1);
    await log.append([aMessageAppend(1, { conversation })]);
    expect(await versionOf(log, conversation)).toBe(1);
    expect(loads()).toBe(1);
    await log.append([aCommitAppend(1, { conversation })]);
    expect(await versionOf(log, conversation)).toBe(3);
    await store.append([aCommitAppend(3, { conversation })]);
    expect(await versionOf(log, conversation)).toBe(3);
    await log.append([aMessageAppend(3, { conversation })]);
    expect(await versionOf(log, conversation)).toBe(4);
  });

  it('is dropped when it is below a version that the log is known to have, also while it is being loaded', async () => {
    const { log, store, loads } = aCache();
    const conversation = aConversationId();
    await store.append([aFoundingAppend({ conversation })]);
    const before = log.state(conversation);
    log.expect(conversation, 1);
    expect([(await before)?.state.version, await versionOf(log, conversation)]).toEqual([1, 1]);
    expect(loads()).toBe(2);
    await store.append([aCommitAppend(1, { conversation })]);
    log.expect(conversation, 1);
    expect(await versionOf(log, conversation)).toBe(1);
    log.expect(conversation, 2);
    expect(await versionOf(log, conversation)).toBe(2);
    log.expect(aConversationId(), 9);
  });

  it('is neither an absence nor a fault', async () => {
    const { store } = aCache();
    const conversation = aConversationId();
    const breaker = new Breaker({ call: 1, when: 'before' });
    const log = new CachedLog(breaker.guard(store), 10);
    await expect(log.state(conversation)).rejects.toThrow(aFault().message);
    expect(await log.state(conversation)).toBeNull();
    await store.append([aFoundingAppend({ conversation })]);
    expect(await versionOf(log, conversation)).toBe(1);
  });

  it('is dropped when an append fails, which may have been made all the same', async () => {
    const { store } = aCache();
    const conversation = aConversationId();
    await store.append([aFoundingAppend({ conversation })]);
    const breaker = new Breaker({ call: 2, when: 'after' });
    const log = new CachedLog(breaker.guard(store), 10);
    expect(await versionOf(log, conversation)).toBe(1);
    await expect(log.append([aCommitAppend(1, { conversation })])).rejects.toThrow('injected');
    expect(await versionOf(log, conversation)).toBe(2);
  });

  it('is bounded: what was used longest ago goes first', async () => {
    const { log, store, loads } = aCache(2);
    const conversations = many(3, aConversationId);
    await store.append(conversations.map((conversation) => aFoundingAppend({ conversation })));
    const [one = '', two = '', three = ''] = conversations;
    for (const conversation of [one, two, one, three, one]) await log.state(conversation);
    expect(loads()).toBe(3);
    await log.state(two);
    expect(loads()).toBe(4);
  });

  it('is dropped when a state is stored, so that what is folded next is short, and after a restore', async () => {
    const { log, store } = aCache();
    const conversation = aConversationId();
    await store.append([
      aFoundingAppend({ conversation }),
      ...many(5, (index) => aRosterAppend(index + 1, { conversation })),
    ]);
    const known = await log.state(conversation);
    assert(known !== null, 'it was founded');
    expect(known.folded).toBe(6);
    await log.saveSnapshot(conversation, known.state.version, encodeState(known.state));
    expect(await log.state(conversation)).toMatchObject({ state: known.state, folded: 0 });
    await log.markRestored(2);
    expect((await log.state(conversation))?.head.restores).toEqual([{ incarnation: 2, head: 6 }]);
  });

  it('is folded anew from the log when the stored state is of another form', async () => {
    const { log, store } = aCache();
    const conversation = aConversationId();
    await store.append([
      aFoundingAppend({ conversation }),
      ...many(1_100, () => aMessageAppend(1, { conversation })),
      aCommitAppend(1, { conversation, epoch: 2 }),
    ]);
    const known = await log.state(conversation);
    await store.saveSnapshot(conversation, 1, '{"v":0}');
    log.forget(conversation);
    const anew = await log.state(conversation);
    expect(anew?.state).toEqual(known?.state);
    // Worth storing, whatever its length.
    expect(anew?.folded).toBe(Infinity);
  });

  it('is folded anew from the state at the floor where there is one', async () => {
    const { log, store } = aCache();
    const conversation = aConversationId();
    await store.append([
      aFoundingAppend({ conversation }),
      aRosterAppend(1, { conversation }),
      aCommitAppend(2, { conversation, epoch: 2 }),
    ]);
    const first = await log.state(conversation);
    assert(first !== null, 'there is a state');
    const state = encodeState(first.state);
    await log.cut({ conversation, floor: 2, version: 3, state, keep: 3 });
    await store.append([aCommitAppend(3, { conversation, epoch: 3 })]);
    log.forget(conversation);
    const known = await log.state(conversation);
    await store.saveSnapshot(conversation, 4, '{"v":0}');
    log.forget(conversation);
    const anew = await log.state(conversation);
    expect(anew?.state).toEqual(known?.state);
    expect(anew?.state).toMatchObject({ epoch: 3, version: 4 });
  });
});
