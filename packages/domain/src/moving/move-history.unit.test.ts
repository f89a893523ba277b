import { memoryStores } from '@sealpost/adapter-memory';
import {
  aCommitAppend,
  aConversationId,
  aCut,
  aDeviceRef,
  aFault,
  aFoundingAppend,
  aMessageAppend,
  bytesOf,
  many,
  TestTime,
} from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Append, ConversationLog } from '../log/conversation-log.port.ts';
import { MoveHistory, nothingMoved } from './move-history.ts';
import { MovingLog } from './moving-log.ts';

const wide = { entries: 1_000, bytes: 1 << 24 };

/** A log each of whose calls begins and ends when `turn` says. */
function paced(log: ConversationLog, turn: () => Promise<void>): ConversationLog {
  return new Proxy(log, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        await turn();
        const answer: unknown = await Reflect.apply(member, target, args);
        await turn();
        return answer;
      };
    },
  });
}

/** Moves all of a history; answers what was found, or null when the target has one of its own. */
async function moveAll(from: ConversationLog, to: ConversationLog) {
  const pause = async () => undefined;
  const move = new MoveHistory({ from, to, clock: new TestTime(), pause, atOnce: 2 });
  if (!(await move.begin())) return null;
  let after: string | null = null;
  do after = await move.step(after);
  while (after !== null);
  return move.found;
}

interface Acknowledged {
  readonly seq: number;
  readonly clientId: string;
}

/** One log in two stores, and what those who use it were told. */
class World {
  readonly stores = { old: memoryStores().log, new: memoryStores().log };
  readonly acknowledged = new Map<string, Acknowledged[]>();
  /** By conversation and number, what was read there; and what readers found wrong. */
  readonly seen = new Map<string, string>();
  readonly wrong: string[] = [];
  readonly #turn: () => Promise<void>;

  constructor(turn: () => Promise<void>) {
    this.#turn = turn;
  }

  get slow(): { readonly old: ConversationLog; readonly new: ConversationLog } {
    return {
      old: paced(this.stores.old, this.#turn),
      new: paced(this.stores.new, this.#turn),
    };
  }

  /** A server process of its own. */
  process(): ConversationLog {
    return new MovingLog(this.slow.old, this.slow.new, 2);
  }

  /** Gives a send until it is in the log, on whatever version the conversation has by then. */
  async send(log: ConversationLog, append: Append): Promise<void> {
    const { conversation, clientId } = append.draft;
    for (let basis = append.basis; ;) {
      const [outcome] = await log.append([{ ...append, basis }]);
      if (outcome?.code === 'appended' || outcome?.code === 'known') {
        const own = this.acknowledged.get(conversation) ?? [];
        this.acknowledged.set(conversation, [...own, { seq: outcome.seq, clientId }]);
        return;
      }
      if (outcome?.code === 'out_of_turn') this.wrong.push('out of turn');
      if (outcome?.code === 'closed') continue;
      const version = (await log.heads([conversation])).get(conversation)?.version ?? 0;
      // Somebody else founded it.
      if (append.basis === 0 && version > 0) return;
      basis = version;
    }
  }

  /** Reads all, and sees that nothing is missing that was acknowledged before. */
  async read(log: ConversationLog, conversation: string): Promise<void> {
    const before = Math.max(
      0,
      ...(this.acknowledged.get(conversation) ?? []).map(({ seq }) => seq),
    );
    for (let after = 0; ;) {
      const page = await log.page(conversation, after, { entries: 3, bytes: 1 << 20 });
      const head = page?.head.seq ?? 0;
      if (head < before) this.wrong.push(`read up to ${head} of ${before}`);
      if (page === null) return;
      for (const { seq, clientId } of page.entries) {
        const place = `${conversation} ${seq}`;
        if ((this.seen.get(place) ?? clientId) !== clientId) this.wrong.push(`two of ${seq}`);
        this.seen.set(place, clientId);
      }
      if (page.entries.length === 0 && page.head.floor <= after) return;
      after = Math.max(page.entries.at(-1)?.seq ?? after, page.head.floor);
    }
  }

  async cut(log: ConversationLog, conversation: string, share: number): Promise<void> {
    const head = (await log.heads([conversation])).get(conversation);
    if (!head) return;
    const floor = Math.floor(head.seq * share);
    await log.cut(aCut(conversation, floor, head.version, head.version));
  }
}

const forJoiners = [{ audience: 'joiners' as const, bytes: bytesOf('for joiners') }];
const anyAct = fc.record({
  kind: fc.constantFrom('message', 'message', 'message', 'commit', 'cut', 'read'),
  conversation: fc.nat({ max: 1 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});
const anyProcess = fc.array(anyAct, { minLength: 1, maxLength: 6 });
/** A mover: in which direction it begins, and after how many calls it is killed. */
const anyMover = fc.record({ back: fc.boolean(), calls: fc.integer({ min: 1, max: 60 }) });

async function act(
  world: World,
  log: ConversationLog,
  conversations: readonly string[],
  { kind, conversation: which, share }: typeof anyAct extends fc.Arbitrary<infer T> ? T : never,
  device: ReturnType<typeof aDeviceRef>,
): Promise<void> {
  const conversation = conversations[which] ?? '';
  const about = { conversation, sender: device };
  if (kind === 'cut') await world.cut(log, conversation, share);
  else if (kind === 'read') await world.read(log, conversation);
  else if (kind === 'commit')
    await world.send(log, aCommitAppend(1, about, { parts: forJoiners, supersedes: 1 }));
  else await world.send(log, aMessageAppend(1, about));
}

/** Ends all of a process's calls after so many. */
function dying(log: ConversationLog, left: { calls: number }): ConversationLog {
  return new Proxy(log, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        if (left.calls-- <= 0) throw aFault();
        return Reflect.apply(member, target, args);
      };
    },
  });
}

describe('a history that is moved while it is used', () => {
  it('is one log all the while, whoever is killed, in whatever order steps are taken (G1, G2, G4)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(anyProcess, { minLength: 1, maxLength: 3 }),
        fc.array(anyMover, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (scheduler, processes, movers, endsBack) => {
          const world = new World(() => scheduler.schedule(Promise.resolve()));
          const conversations = many(2, aConversationId);
          const working = processes.map(async (acts) => {
            const log = world.process();
            const device = aDeviceRef();
            for (const conversation of conversations)
              await world.send(log, aFoundingAppend({ conversation }));
            for (const each of acts) await act(world, log, conversations, each, device);
          });
          const moving = (async () => {
            // Two at a time, in either direction.
            for (let at = 0; at < movers.length; at += 2)
              await Promise.all(
                movers.slice(at, at + 2).map(({ back, calls }) => {
                  const left = { calls };
                  const [from, to] = back ? (['new', 'old'] as const) : (['old', 'new'] as const);
                  return moveAll(dying(world.slow[from], left), dying(world.slow[to], left)).catch(
                    () => undefined,
                  );
                }),
              );
            // Nobody can send while a conversation waits for whoever moves it to come back.
            const [from, to] = endsBack ? (['new', 'old'] as const) : (['old', 'new'] as const);
            await moveAll(world.slow[from], world.slow[to]);
          })();
          await scheduler.waitFor(Promise.all([...working, moving]));
          expect(world.wrong).toEqual([]);
          await expectOneLog(world, conversations, endsBack ? 'old' : 'new');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('has no second founding of a conversation by who asked long ago where to found it (G1)', async () => {
    const world = new World(async () => undefined);
    const { old, new: target } = world.stores;
    const conversation = aConversationId();
    const [asked, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const sleeping = new Proxy(old, {
      get: (store, name) =>
        name === 'append'
          ? async (batch: readonly Append[]) => {
              asked.resolve();
              await awake.promise;
              return store.append(batch);
            }
          : (Reflect.get(store, name) as () => unknown).bind(store),
    });
    const late = new MovingLog(sleeping, target).append([aFoundingAppend({ conversation })]);
    await asked.promise;
    await moveAll(old, target);
    await world.send(world.process(), aFoundingAppend({ conversation }));
    const pause = async () => undefined;
    const time = new TestTime();
    await new MoveHistory({ from: target, to: old, clock: time, pause, atOnce: 1 }).begin();
    expect(await old.tenure(null)).toMatchObject({ state: 'open' });
    awake.resolve();
    expect(await late).toEqual([{ code: 'stale' }]);
    await moveAll(target, old);
    await expectOneLog(world, [conversation], 'old');
  });

  it('ends with a summary, and moves nothing twice', async () => {
    const world = new World(async () => undefined);
    const log = world.process();
    for (const conversation of many(3, aConversationId)) {
      await log.append([aFoundingAppend({ conversation }), aMessageAppend(1, { conversation })]);
    }
    const { old, new: target } = world.stores;
    expect(await moveAll(old, target)).toEqual({
      ...nothingMoved,
      ...{ conversations: 3, moved: 3, entries: 6 },
    });
    expect(await moveAll(old, target)).toMatchObject({ conversations: 3, moved: 0, there: 3 });
    expect(await moveAll(target, old)).toMatchObject({ conversations: 3, moved: 3 });
  });

  it('is not moved to a store that has a history of its own', async () => {
    const world = new World(async () => undefined);
    await world.stores.new.append([aFoundingAppend()]);
    const conversation = aConversationId();
    await world.stores.old.append([aFoundingAppend({ conversation })]);
    expect(await moveAll(world.stores.old, world.stores.new)).toBeNull();
    expect(await world.stores.old.tenure(null)).toEqual({ term: 0, state: 'open' });
    expect(await world.stores.old.append([aMessageAppend(1, { conversation })])).toMatchObject([
      { code: 'appended' },
    ]);
  });

  it('stays where it was as long as its copy is not the same, and is used on', async () => {
    const world = new World(async () => undefined);
    const conversation = aConversationId();
    const { old, new: target } = world.stores;
    await old.append([aFoundingAppend({ conversation }), aMessageAppend(1, { conversation })]);
    let closings = 0;
    const lying = new Proxy(target, {
      get: (store, name) =>
        name === 'load'
          ? async (...args: Parameters<ConversationLog['load']>) => {
              const loaded = await store.load(...args);
              return loaded && { ...loaded, head: { ...loaded.head, loud: 99 } };
            }
          : (Reflect.get(store, name) as () => unknown).bind(store),
    });
    const counting = new Proxy(old, {
      get: (store, name) => {
        if (name === 'changeTenure') closings += 1;
        return (Reflect.get(store, name) as () => unknown).bind(store);
      },
    });
    expect(await moveAll(counting, lying)).toMatchObject({ moved: 0, differing: 1 });
    expect(closings).toBeGreaterThan(1);
    const log = world.process();
    expect(await log.append([aMessageAppend(1, { conversation })])).toMatchObject([{ seq: 3 }]);
    expect(await moveAll(old, target)).toMatchObject({ moved: 1, differing: 0 });
    expect((await log.page(conversation, 0, wide))?.entries).toHaveLength(3);
  });
});

async function expectOneLog(
  world: World,
  conversations: readonly string[],
  place: 'old' | 'new',
): Promise<void> {
  for (const conversation of conversations) {
    const tenures = [
      await world.stores.old.tenure(conversation),
      await world.stores.new.tenure(conversation),
    ];
    expect(tenures.filter((tenure) => tenure?.state === 'open')).toHaveLength(1);
    expect((await world.stores[place].tenure(conversation))?.state).toBe('open');
    const { head, entries = [] } =
      (await world.stores[place].page(
        conversation,
        (await world.stores[place].heads([conversation])).get(conversation)?.floor ?? 0,
        wide,
      )) ?? {};
    expect(entries.map(({ seq }) => seq)).toEqual(
      many(entries.length, (index) => (head?.floor ?? 0) + index + 1),
    );
    const acknowledged = world.acknowledged.get(conversation) ?? [];
    const seqs = acknowledged.map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(many(head?.seq ?? 0, (index) => index + 1));
    const byNumber = new Map(acknowledged.map(({ seq, clientId }) => [seq, clientId]));
    for (const { seq, clientId } of entries) expect(byNumber.get(seq)).toBe(clientId);
  }
}
