import { expect, it } from 'vitest';
import type { ChangeMembers } from '../changes/change-members.ts';
import type { EnterKeys } from '../changes/enter-keys.ts';
import { Emitter } from '../core/emitter.ts';
import type { Core } from '../core/ports.ts';
import { at, newConversation } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { Vault } from '../core/vault.ts';
import { plaintextEngine } from '../engine/plaintext/plaintext-engine.ts';
import type { Session } from '../session/session.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Synchronise } from '../sync/synchronise.ts';
import { webSystem } from '../system/web-system.ts';
import { Outbox } from './outbox.ts';

const conversation = 'c';
const me = { account: 'alice', device: 'phone' };
const content = new Uint8Array([1]);

type Send = ConstructorParameters<typeof Outbox>[4]['send'];
const accepting: Send = async () => ({
  ok: true,
  value: { seq: 2, acceptedAt: 1, digest: new Uint8Array(32) },
});

/** A device in the keys of a conversation, connected, whose reads get no answer so many times. Its waits pass at once. */
async function aDevice(unanswered: number, echoes = true, answer = accepting) {
  const engine = plaintextEngine({ iUnderstandThatNothingIsEncrypted: true });
  const store = await MemoryStore.open();
  let commits = 0;
  const vault = new Vault({
    get: (key) => store.get(key),
    list: (prefix, page) => store.list(prefix, page),
    commit: (writes) => {
      if (writes.size > 0) commits++;
      return store.commit(writes);
    },
    close: () => store.close(),
  });
  await vault.transact(async (draft) => {
    draft.take(await engine.createIdentity(me));
    const founding = { conversation, epoch: 1, generation: 1, peers: [], profile: null };
    draft.take(await engine.found(draft, { ...founding, clientId: 'first' }));
    const accepted = { accepted: true, seq: 1 } as const;
    draft.take(await engine.settle(draft, conversation, 'first', accepted));
    const record = { ...newConversation(conversation), incarnation: 1, cursor: 1, keyed: true };
    draft.write(at.conversation(conversation), record);
  });
  const events = new Emitter();
  const waits: number[] = [];
  const timers = {
    after: (ms: number, run: () => void) => {
      waits.push(ms);
      return webSystem.timers.after(0, run);
    },
  };
  const random = {
    ...webSystem.random,
    // Waits are of full length; ids differ.
    bytes: (length: number) =>
      length === 2 ? new Uint8Array(2).fill(255) : webSystem.random.bytes(length),
  };
  const core = { ...webSystem, timers, random, vault, engine, events } as unknown as Core;
  let reads = 0;
  const sync = {
    pull: async () => {
      if (++reads <= unanswered) throw new SealpostError('offline', 'no_answer');
    },
    record: () => vault.read(at.conversation(conversation)),
    judge: async () => undefined,
  } as unknown as Synchronise;
  const session = { me: async () => me } as unknown as Session;
  const changes = { members: {} as ChangeMembers, enter: {} as EnterKeys };
  const sent = Promise.withResolvers<void>();
  const followed = Promise.withResolvers<number>();
  const outbox = new Outbox(core, session, sync, changes, {
    send: async (item) => {
      sent.resolve();
      return answer(item);
    },
    echoes: () => echoes,
    taken: () => undefined,
    follow: (_, seq) => followed.resolve(seq),
  });
  events.emit('connection', { state: 'online', reason: null });
  return {
    outbox,
    vault,
    waits,
    commits: () => commits,
    sent: sent.promise,
    followed: followed.promise,
  };
}

it('tries again soon when a server that ended took the answer to a read with it (G18)', async () => {
  const { outbox, waits, sent } = await aDevice(1);
  await outbox.put(conversation, content, 'loud');
  await sent;
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeLessThanOrEqual(500);
});

it('tries ever more seldom where nothing is answered', async () => {
  const { outbox, waits, sent } = await aDevice(7);
  await outbox.put(conversation, content, 'loud');
  await sent;
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

it('sends before what the device only catches up with', async () => {
  const { outbox, vault, sent } = await aDevice(0);
  const began = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const read: number[] = [];
  const catchingUp = [1, 2, 3].map((page) =>
    vault.transact(async () => {
      began.resolve();
      await reading.promise;
      read.push(page);
    }),
  );
  await began.promise;
  const put = outbox.put(conversation, content, 'loud');
  reading.resolve();
  await put;
  expect(read).toEqual([1]);
  await sent;
  await Promise.all(catchingUp);
});

it('has the log read for an entry that its answer does not place and that is not pushed (G5)', async () => {
  const { outbox, followed } = await aDevice(0, false);
  await outbox.put(conversation, content, 'loud');
  expect(await followed).toBe(2);
});

const items = (vault: Vault) => vault.list(at.outbox(conversation), { limit: 10 });

it('encrypts a message in the commit that puts it, where nothing waits before it', async () => {
  const { outbox, vault, commits } = await aDevice(0);
  await outbox.put(conversation, content, 'loud');
  await outbox.settled(conversation);
  const [first] = await outbox.items(conversation);
  expect(first).toMatchObject({ state: 'accepted' });
  const before = commits();
  const putting = outbox.put(conversation, content, 'loud');
  const behind = outbox.put(conversation, content, 'loud');
  await putting;
  expect(commits()).toBe(before + 1);
  const [, sealed] = await outbox.items(conversation);
  expect(sealed).toMatchObject({ state: 'waiting', sealed: { generation: 1, epoch: 1 } });
  await behind;
  await outbox.settled(conversation);
  expect(await items(vault)).toHaveLength(3);
  expect(commits()).toBe(before + 2 + 3);
});

it('encrypts nothing before the log was read on this connection', async () => {
  const { outbox, vault } = await aDevice(1);
  await outbox.put(conversation, content, 'loud');
  expect(await outbox.items(conversation)).toMatchObject([{ sealed: null }]);
  expect(await items(vault)).toHaveLength(1);
});

it('encrypts what waits anew when a failed message goes before it again (G5)', async () => {
  const left: { clientId: string; bytes: string }[] = [];
  const { outbox } = await aDevice(0, true, async (item) => {
    left.push({ clientId: item.clientId, bytes: String(item.sealed.parts[0]?.bytes) });
    if (left.length === 1) return { ok: false, error: { code: 'not_found' } };
    if (left.length === 2) throw new SealpostError('offline', 'no_answer');
    return accepting(item);
  });
  const failed = await outbox.put(conversation, content, 'loud');
  await outbox.settled(conversation);
  const second = await outbox.put(conversation, content, 'loud');
  await outbox.settled(conversation).catch(() => undefined);
  await outbox.retry(conversation, failed);
  await outbox.settled(conversation);
  const [, unanswered, , last] = left;
  expect(left.slice(0, 4).map(({ clientId }) => clientId)).toEqual([
    failed,
    second,
    failed,
    second,
  ]);
  expect(last?.bytes).not.toBe(unanswered?.bytes);
});
