import { sha256 } from '@noble/hashes/sha2.js';
import { entryDigest, ok } from '@sealpost/domain';
import type { WireEntry, WireEntryPage } from '@sealpost/protocol';
import { describe, expect, it } from 'vitest';
import { wireChange } from '../changes/wire-change.ts';
import { Emitter } from '../core/emitter.ts';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord, newConversation, type StoredEntry } from '../core/records.ts';
import { Vault } from '../core/vault.ts';
import { plaintextEngine } from '../engine/plaintext/plaintext-engine.ts';
import type { Session } from '../session/session.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { webSystem } from '../system/web-system.ts';
import { ownEntry, type SealedItem } from './own-entries.ts';
import { seenDigest } from './seen-digest.ts';
import { Synchronise } from './synchronise.ts';

const conversation = 'c';
const me = { account: 'alice', device: 'phone' };
const parts = [{ audience: 'all' as const, bytes: new Uint8Array([7]) }];
const digest = entryDigest({ sha256 }, parts);

const itemOf = (clientId: string): SealedItem => ({
  order: 1,
  conversation,
  clientId,
  class: 'loud',
  content: new Uint8Array([1]),
  createdAt: 0,
  sealed: { generation: 1, epoch: 1, parts },
  state: 'waiting',
  seq: null,
  error: null,
});
const place = { incarnation: 1, loud: 1 };
const answerOf = (seq: number) => ({ seq, acceptedAt: 5, digest, place });

const ofBob = (seq: number): WireEntry => ({
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

/** A device that has read four entries, has two messages on their way, and counts what it reads of the log. */
async function aDevice() {
  const vault = new Vault(await MemoryStore.open());
  await vault.transact(async (draft) => {
    const parent = { seq: 4, digest: new Uint8Array(32) };
    const record = { ...newConversation(conversation), incarnation: 1, cursor: 4, parent };
    draft.write(at.conversation(conversation), { ...record, keyed: true });
    for (const [order, clientId] of ['one', 'two'].entries()) {
      const key = at.outboxItem(conversation, order);
      draft.write(key, itemOf(clientId));
      draft.write(at.sent(conversation, clientId), { key });
    }
  });
  let reads = 0;
  const page: WireEntryPage = { incarnation: 1, entries: [], gaps: [], next: 4, head: 4 };
  const session = {
    me: async () => me,
    call: async () => {
      reads += 1;
      return ok(page);
    },
  } as unknown as Session;
  const engine = plaintextEngine({ iUnderstandThatNothingIsEncrypted: true });
  const core = { ...webSystem, vault, engine, events: new Emitter() } as unknown as Core;
  const sync = new Synchronise(core, session, async () => undefined);
  const take = (clientId: string, seq: number, incarnation = 1) => {
    const own = ownEntry(me, itemOf(clientId), {
      ...answerOf(seq),
      place: { incarnation, loud: 1 },
    });
    if (!own) throw new Error('the answer says all');
    return sync.takeOwn(own);
  };
  const offer = (...seqs: number[]) =>
    sync.offer({ conversation, incarnation: 1, entries: seqs.map(ofBob), more: [] });
  return {
    ...{ vault, take, offer, reads: () => reads },
    record: () => vault.read<ConversationRecord>(at.conversation(conversation)),
    kindAt: async (seq: number) =>
      (await vault.read<StoredEntry>(at.entry(conversation, seq)))?.kind,
  };
}

describe('an own entry', () => {
  it('is what its push would bring', () => {
    const own = ownEntry(me, itemOf('one'), answerOf(5));
    const pushed: WireEntry = {
      ...{ conversation, seq: 5, generation: 1, epoch: 1, sender: me, clientId: 'one' },
      ...{ after: null, acceptedAt: 5, kind: 'message', class: 'loud', loud: 1, change: null },
      ...{ blobs: [], digest, parts },
    };
    expect(own?.entry).toEqual(pushed);
    const before = new Uint8Array(32);
    expect(own && seenDigest(own.entry, before)).toEqual(seenDigest(pushed, before));
  });

  it('is not made of an answer for other bytes, or without its place', () => {
    const { place: _, ...without } = answerOf(5);
    expect(ownEntry(me, itemOf('one'), without)).toBeNull();
    const others = { ...answerOf(5), digest: new Uint8Array(32) };
    expect(ownEntry(me, itemOf('one'), others)).toBeNull();
  });
});

describe('taking an own entry from its answer', () => {
  it('moves the cursor over it and ends its wait in one step, once (G5)', async () => {
    const device = await aDevice();
    expect(await device.take('one', 5)).toMatchObject({ cursor: 5, broken: false });
    expect(await device.kindAt(5)).toBe('message');
    expect(await device.vault.read(at.sent(conversation, 'one'))).toBeNull();
    await device.take('one', 5);
    expect(await device.record()).toMatchObject({ cursor: 5, broken: false });
  });

  it('waits for what precedes it, and then takes its place in the order (G3)', async () => {
    const device = await aDevice();
    expect(await device.take('one', 6)).toBeNull();
    expect(await device.record()).toMatchObject({ cursor: 4 });
    expect(await device.vault.read(at.sent(conversation, 'one'))).not.toBeNull();
    await device.offer(5);
    expect(await device.record()).toMatchObject({ cursor: 6, broken: false });
    expect([await device.kindAt(5), await device.kindAt(6)]).toEqual(['change', 'message']);
    expect(device.reads()).toBe(0);
  });

  it('goes on with a push that follows it, and with the next own one, without a read', async () => {
    const device = await aDevice();
    await Promise.all([device.take('two', 7), device.take('one', 5), device.offer(6, 8)]);
    await device.offer(6);
    await device.offer(8);
    expect(await device.record()).toMatchObject({ cursor: 8, broken: false });
    expect(await device.kindAt(7)).toBe('message');
    expect(device.reads()).toBe(0);
  });

  it('reads the log where more is missing than own entries', async () => {
    const device = await aDevice();
    await device.take('one', 6);
    await device.offer(7);
    expect(device.reads()).toBe(1);
    expect(await device.record()).toMatchObject({ cursor: 4 });
  });

  it('leaves it to the log when the log is of another incarnation', async () => {
    const device = await aDevice();
    expect(await device.take('one', 5, 2)).toBeNull();
    expect(await device.record()).toMatchObject({ cursor: 4, incarnation: 1 });
  });
});
