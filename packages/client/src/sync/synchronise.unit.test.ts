import { ok } from '@sealpost/domain';
import { decodeMsgpack, type WireEntry, type WireEntryPage } from '@sealpost/protocol';
import { expect, it } from 'vitest';
import { CommitChanges } from '../changes/commit-changes.ts';
import { EnterKeys } from '../changes/enter-keys.ts';
import { wireChange } from '../changes/wire-change.ts';
import { Emitter } from '../core/emitter.ts';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord, newConversation } from '../core/records.ts';
import { Vault } from '../core/vault.ts';
import { plaintextEngine } from '../engine/plaintext/plaintext-engine.ts';
import type { Session } from '../session/session.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { webSystem } from '../system/web-system.ts';
import { Synchronise } from './synchronise.ts';

const conversation = 'c';
const me = { account: 'alice', device: 'phone' };

/** One that needs no keys to be read. */
const roster = (seq: number): WireEntry => ({
  conversation,
  seq,
  generation: 1,
  epoch: 1,
  sender: { account: 'bob', device: 'laptop' },
  clientId: `of ${seq}`,
  after: null,
  acceptedAt: 1,
  kind: 'roster',
  class: 'quiet',
  loud: 0,
  change: wireChange({}),
  blobs: [],
  digest: new Uint8Array(32),
  parts: [],
});

const founding = { conversation, epoch: 1, peers: [], profile: null };

/** A device that has read four entries, under keys of generation 3, and what the server answers when it reads on. */
async function aDevice(
  page: WireEntryPage | ((sync: Synchronise, reads: number) => Promise<WireEntryPage>),
) {
  const engine = plaintextEngine({ iUnderstandThatNothingIsEncrypted: true });
  const vault = new Vault(await MemoryStore.open());
  await vault.transact(async (draft) => {
    draft.take(await engine.createIdentity(me));
    draft.take(await engine.found(draft, { ...founding, generation: 3, clientId: 'third' }));
    const accepted = { accepted: true, seq: 4 } as const;
    draft.take(await engine.settle(draft, conversation, 'third', accepted));
    for (const seq of [1, 2, 3, 4])
      draft.write(at.entry(conversation, seq), { kind: 'gap', seq, to: seq, reason: 'mark' });
    const record = { ...newConversation(conversation), incarnation: 1, cursor: 4, head: 4 };
    draft.write(at.conversation(conversation), { ...record, keyed: true });
  });
  let reads = 0;
  const session = {
    me: async () => me,
    call: async () => {
      reads += 1;
      return ok(typeof page === 'function' ? await page(sync, reads) : page);
    },
  } as unknown as Session;
  const core = { ...webSystem, vault, engine, events: new Emitter() } as unknown as Core;
  const sync: Synchronise = new Synchronise(core, session, async () => undefined);
  return { core, session, sync, vault, engine, reads: () => reads };
}

const restored: WireEntryPage = {
  incarnation: 2,
  gaps: [{ from: 2, to: 4, reason: 'restored' }],
  entries: [roster(2), roster(3)],
  next: 3,
  head: 3,
};

const nothingNew: WireEntryPage = { incarnation: 1, gaps: [], entries: [], next: 4, head: 4 };
const expired: WireEntryPage = {
  incarnation: 1,
  gaps: [{ from: 5, to: 6, reason: 'expired' }],
  entries: [],
  next: 6,
  head: 6,
};

it('applies a page that takes entries back and brings others under their numbers at once, and whole', async () => {
  const { sync, vault, reads } = await aDevice(restored);
  await sync.pull(conversation);
  expect(await sync.record(conversation)).toMatchObject({ incarnation: 2, cursor: 3, head: 3 });
  expect(reads()).toBe(1);
  const kept = await vault.list(at.entries(conversation), { limit: 10 });
  expect(kept.map(({ key }) => key)).toEqual([1, 2, 3].map((seq) => at.entry(conversation, seq)));
  const lost = await vault.list('lost/', { limit: 10 });
  expect(lost.map(({ key }) => key)).toEqual([2, 3, 4].map((seq) => at.lost(conversation, 1, seq)));
});

it('ends a gap where what is restored ends: the numbers after it are used again (G5)', async () => {
  const { sync, vault } = await aDevice(restored);
  await vault.transact(async (draft) => {
    for (const seq of [2, 3, 4]) draft.put(at.entry(conversation, seq), null);
    const gap = { kind: 'gap', seq: 1, to: 4, reason: 'before_device' };
    draft.write(at.entry(conversation, 1), gap);
  });
  await sync.pull(conversation);
  const kept = await vault.list(at.entries(conversation), { limit: 10 });
  expect(kept.map(({ value }) => decodeMsgpack(value))).toMatchObject([
    { kind: 'gap', seq: 1, to: 1, reason: 'before_device' },
    { seq: 2 },
    { seq: 3 },
  ]);
});

it('encrypts what was not accepted before a restore anew: other keys may have the same numbers by then', async () => {
  const { sync, vault } = await aDevice(restored);
  const sealed = { generation: 3, epoch: 1, parts: [] };
  const key = at.outboxItem(conversation, 1);
  const waiting = { conversation, order: 1, clientId: 'waiting', state: 'waiting', sealed };
  await vault.transact(async (draft) => draft.write(key, waiting));
  await sync.pull(conversation);
  expect(await vault.read(key)).toEqual({ ...waiting, sealed: null });
});

it('forgets keys that are ahead of a restored log, so that a lower generation can follow', async () => {
  const { sync, vault, engine } = await aDevice(restored);
  const second = { ...founding, generation: 2, clientId: 'second' };
  await expect(engine.found(vault.records, second)).rejects.toMatchObject({ code: 'unsupported' });
  await sync.pull(conversation);
  expect(await engine.status(vault.records, conversation)).toBeNull();
  expect(await sync.record(conversation)).toMatchObject({ broken: true });
  const { writes } = await engine.found(vault.records, second);
  expect(writes.size).toBeGreaterThan(0);
});

it('reads a log that has nothing new without waiting for what the device is working on', async () => {
  const { sync, vault, reads } = await aDevice(nothingNew);
  const working = Promise.withResolvers<void>();
  const work = vault.transact(() => working.promise);
  await sync.pull(conversation);
  expect(reads()).toBe(1);
  working.resolve();
  await work;
});

it('does not mix what was pushed before a restore with a page that was asked for before it', async () => {
  const other = (seq: number): WireEntry => ({ ...roster(seq), clientId: `other ${seq}` });
  const entries = [other(5), other(6)];
  const page = { incarnation: 2, gaps: [], entries, next: 6, head: 6 };
  const gaps: WireEntryPage['gaps'] = [{ from: 5, to: 5, reason: 'restored' }];
  const { sync, vault } = await aDevice(async (follows, reads) => {
    if (reads > 1) return { ...page, gaps };
    const push = { conversation, incarnation: 1, entries: [roster(5)], more: [] };
    await follows.offer(push);
    return page;
  });
  await sync.pull(conversation);
  const kept = await vault.list(at.entries(conversation), {
    after: at.entry(conversation, 4),
    limit: 10,
  });
  const clientIds = kept.map(
    ({ value }) => (decodeMsgpack(value) as { clientId: string }).clientId,
  );
  expect(clientIds).toEqual(['other 5', 'other 6']);
  expect(await vault.list('lost/', { limit: 10 })).toHaveLength(1);
  expect(await sync.record(conversation)).toMatchObject({ incarnation: 2, cursor: 6 });
});

it.each([
  { does: 'waits for a person', gone: 'nothing is', page: nothingNew, by: 'trust: broken_again' },
  {
    does: 'enters anew',
    gone: 'a restore took back entries that are',
    page: restored,
    by: 'asked',
  },
  { does: 'enters anew', gone: 'expired entries are', page: expired, by: 'asked' },
])('$does when its keys break again within an hour and $gone gone', async ({ page, by }) => {
  const { core, session, sync, vault } = await aDevice(page);
  await vault.transact(async (draft) => {
    const record = await draft.read<ConversationRecord>(at.conversation(conversation));
    const rejoinedAt = core.clock.now();
    draft.write(at.conversation(conversation), { ...record, broken: true, rejoinedAt });
  });
  const need = (): Promise<never> => Promise.reject(new Error('asked'));
  const asking = Object.assign(session, { need });
  const enter = new EnterKeys(core, asking, sync, new CommitChanges(core, asking, sync));
  await expect(enter.join(conversation)).rejects.toThrow(by);
});
