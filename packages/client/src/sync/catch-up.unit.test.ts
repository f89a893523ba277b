import { ok, refuse, type Result } from '@sealpost/domain';
import type { WireEntryPage, WireRefusal } from '@sealpost/protocol';
import { expect, it } from 'vitest';
import { Emitter } from '../core/emitter.ts';
import type { Core } from '../core/ports.ts';
import { at, type ConversationRecord, newConversation } from '../core/records.ts';
import { Vault } from '../core/vault.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { plaintextEngine } from '../engine/plaintext/plaintext-engine.ts';
import type { Session } from '../session/session.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { webSystem } from '../system/web-system.ts';
import { CatchUp, type CatchUpParts } from './catch-up.ts';
import { Synchronise } from './synchronise.ts';

const hello = { protocol: 1, incarnation: 2, time: 0, account: 'alice', device: 'phone' };

/** What is left of every log after a restore: two entries. */
const restored: WireEntryPage = {
  incarnation: 2,
  gaps: [{ from: 3, to: 4, reason: 'restored' }],
  entries: [],
  next: 2,
  head: 2,
};

/** A device that has read four entries of conversations, on a server of which no log goes on beyond that. */
async function aDevice(
  records: readonly Partial<ConversationRecord>[],
  answer: Result<WireEntryPage, WireRefusal> | SealpostError = ok(restored),
  settle: (() => Promise<void>) | null = null,
) {
  const vault = new Vault(await MemoryStore.open());
  await vault.transact(async (draft) => {
    for (const record of records) {
      const whole = { ...newConversation(''), cursor: 4, head: 4, ...record };
      draft.write(at.conversation(whole.conversation), whole);
    }
    if (settle) draft.write(at.staged('staged'), { conversation: 'staged' });
  });
  const asked: string[] = [];
  const session = {
    me: async () => ({ account: 'alice', device: 'phone' }),
    call: async (_: string, { params }: { params: { conversation: string } }) => {
      asked.push(params.conversation);
      if (answer instanceof SealpostError) throw answer;
      return answer;
    },
  } as unknown as Session;
  let flushes = 0;
  const events = new Emitter();
  const engine = plaintextEngine({ iUnderstandThatNothingIsEncrypted: true });
  const core = { ...webSystem, vault, engine, events } as unknown as Core;
  const sync = new Synchronise(core, session, async () => undefined);
  const { handlers } = new CatchUp({
    core,
    sync,
    joins: { consider: async () => undefined },
    outbox: { flushAll: async () => void flushes++ },
    cursors: { note: () => undefined },
    commits: { settle },
  } as unknown as CatchUpParts);
  const begin = (): void => {
    handlers.hello?.(hello as Parameters<NonNullable<typeof handlers.hello>>[0]);
    handlers.caught_up?.({ incarnation: 2 });
  };
  const connect = async (): Promise<void> => {
    const caughtUp = new Promise<void>((resolve) => events.on('caughtUp', () => resolve()));
    begin();
    await caughtUp;
  };
  return { sync, asked, events, begin, connect, handlers, flushes: () => flushes };
}

it('corrects after a restore what the device has read and no head tells of', async () => {
  const { sync, asked, connect } = await aDevice([
    { conversation: 'of before', incarnation: 1 },
    { conversation: 'read since', incarnation: 2 },
  ]);
  await connect();
  expect(asked).toEqual(['of before']);
  expect(await sync.record('of before')).toMatchObject({ incarnation: 2, cursor: 2, head: 2 });
  expect(await sync.record('read since')).toMatchObject({ incarnation: 2, cursor: 4 });
});

it('asks once for what the server does not know any more', async () => {
  const unknown = { conversation: 'of before', incarnation: 1 };
  const { asked, connect } = await aDevice([unknown], refuse({ code: 'not_found' }));
  await connect();
  await connect();
  expect(asked).toEqual(['of before']);
});

it('sends what waits as soon as it is connected, before anything is read or settled (G18)', async () => {
  const { handlers, flushes } = await aDevice([]);
  handlers.hello?.(hello as Parameters<NonNullable<typeof handlers.hello>>[0]);
  expect(flushes()).toBe(1);
});

it('does not say that it has all when its session ended before it was read', async () => {
  const records = ['one', 'two'].map((conversation) => ({ conversation, incarnation: 1 }));
  const loggedOut = new SealpostError('state', 'not_logged_in');
  const { asked, events, begin } = await aDevice(records, loggedOut);
  let told = 0;
  events.on('caughtUp', () => (told += 1));
  begin();
  for (let left = 50; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
  expect(asked.length).toBeGreaterThan(0);
  expect(told).toBe(0);
});

it('reads all that a connection lists, although the one before it was not done', async () => {
  const settling = Promise.withResolvers<void>();
  const { asked, begin, connect, handlers } = await aDevice(
    [],
    refuse({ code: 'not_found' }),
    () => settling.promise,
  );
  begin();
  await new Promise((resolve) => setImmediate(resolve));
  const again = connect();
  const listed = { conversation: 'new', head: 1, loud: 0, delivered: 0 };
  handlers.heads?.({ incarnation: 2, conversations: [listed] });
  settling.resolve();
  await again;
  expect(asked).toEqual(['new']);
});
