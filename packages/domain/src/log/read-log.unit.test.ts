import {
  aCommit,
  aLeaving,
  aMessage,
  anExternalJoin,
  aPart,
  aRosterChange,
  many,
  overriding,
  someBytes,
  TestDeployment,
} from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assert } from '../shared/assert.ts';
import type { ConversationId, DeviceRef, Seq } from '../shared/ids.ts';
import { defaultLimits, type Limits } from '../shared/limits.ts';
import { CachedLog } from './cached-log.ts';
import type { ConversationLog } from './conversation-log.port.ts';
import { type Cursor, type DevicePage, ReadLog } from './read-log.ts';
import { isMemberAt, isReadable } from './window.ts';

/** Counts the queries that a reader makes. */
function counting(log: ConversationLog) {
  const queries: string[] = [];
  const counted = overriding<ConversationLog>(log, {
    load: (...args) => (queries.push('load'), log.load(...args)),
    page: (...args) => (queries.push('page'), log.page(...args)),
    heads: (...args) => (queries.push('heads'), log.heads(...args)),
  });
  return { counted, queries };
}

async function aWorld(limits: Partial<Limits> = {}, incarnation = 1) {
  const deployment = new TestDeployment();
  const people = [await deployment.person(), await deployment.person(), await deployment.person()];
  const [ann = await deployment.person(), bob = ann, cat = ann] = people;
  const { counted, queries } = counting(deployment.stores.log);
  const cache = new CachedLog(counted, 100);
  const all = { ...defaultLimits, ...limits };
  const reader = new ReadLog(cache, () => incarnation, all);
  /** Reads from a cursor, and must be given something. */
  const read = async (
    of: ConversationId,
    device: DeviceRef,
    seq: Seq,
    wanted = 100,
    from: Partial<Cursor> = {},
  ): Promise<DevicePage> => {
    const page = await reader.execute(of, device, { incarnation, seq, ...from }, wanted);
    assert(page.ok, 'the conversation is the reader’s');
    return page.value;
  };
  return { deployment, ann, bob, cat, cache, reader, read, queries };
}
type World = Awaited<ReturnType<typeof aWorld>>;

const covered = ({ entries, gaps }: Pick<DevicePage, 'entries' | 'gaps'>): Seq[] =>
  [
    ...entries.map(({ seq }) => seq),
    ...gaps.flatMap(({ from, to }) => many(to - from + 1, (offset) => from + offset)),
  ].toSorted((a, b) => a - b);
const upTo = (last: Seq): Seq[] => many(last, (index) => index + 1);

/** Bob comes and goes, his second device joins, is taken out and joins again, among messages by Ann. */
async function anEventfulLog({ deployment, ann, bob }: World) {
  const second = await deployment.deviceOf(bob);
  let state = await deployment.group(ann, []);
  const say = async (count: number) => {
    for (const _ of many(count, () => 0)) await deployment.must(aMessage(state, ann));
  };
  await say(2);
  state = await deployment.must(
    aCommit(state, ann, {
      addMembers: [{ account: bob.account, role: 'member' }],
      addDevices: [bob],
    }),
  );
  await say(2);
  state = await deployment.must(anExternalJoin(state, second));
  await say(1);
  state = await deployment.must(aLeaving(state, bob));
  state = await deployment.must(aCommit(state, ann, { removeDevices: [bob, second] }));
  await say(3);
  state = await deployment.must(
    aCommit(state, ann, { addMembers: [{ account: bob.account, role: 'member' }] }),
  );
  await say(1);
  state = await deployment.must(anExternalJoin(state, second));
  await say(2);
  return { state, second };
}

describe('reading a log', () => {
  it('gives entries and gaps that together cover every number once, whatever the pages (G5, G6)', async () => {
    const world = await aWorld();
    const { state, second } = await anEventfulLog(world);
    const head = (await world.deployment.entries(state.id)).length;
    for (const device of [world.ann, world.bob, second]) {
      for (const wanted of [1, 2, 3, 100]) {
        const all: Pick<DevicePage, 'entries' | 'gaps'>[] = [];
        let seq = 0;
        for (let pages = 0; seq < head && pages < 50; pages++) {
          const page = await world.read(state.id, device, seq, wanted);
          expect(covered(page)).toEqual(
            covered(page).filter((number) => number > seq && number <= page.next),
          );
          expect(page.entries.length + page.gaps.length).toBeLessThanOrEqual(wanted);
          all.push(page);
          seq = page.next;
        }
        const [entries, gaps] = [
          all.flatMap((page) => page.entries),
          all.flatMap((page) => page.gaps),
        ];
        expect(covered({ entries, gaps })).toEqual(upTo(head));
        for (const entry of entries)
          expect(isReadable(state, device.account, device.device, entry.seq)).toBe(true);
        for (const { from, reason } of gaps) {
          expect(isReadable(state, device.account, device.device, from)).toBe(false);
          expect(reason).toBe(
            isMemberAt(state, device.account, from) ? 'before_device' : 'not_member',
          );
        }
      }
    }
  });

  it('gives a removed member the entry that removed it and nothing later, whatever its process knows (G6)', async () => {
    const world = await aWorld();
    const { deployment, ann, bob, cat, read } = world;
    const state = await deployment.group(ann, [bob, cat]);
    expect((await read(state.id, bob, 0)).entries.map(({ seq }) => seq)).toEqual([1]);
    // Elsewhere Bob is removed; the process that he asks has not heard of it.
    const now = await deployment.must(
      aCommit(state, ann, { removeMembers: [bob.account], removeDevices: [bob] }),
    );
    await deployment.must(aMessage(now, ann));
    const page = await read(state.id, bob, 1);
    expect(page).toMatchObject({ gaps: [], next: 2, head: 2 });
    expect(page.entries.map(({ seq }) => seq)).toEqual([2]);
    expect(await read(state.id, bob, 2)).toEqual({
      incarnation: 1,
      entries: [],
      gaps: [],
      next: 2,
      head: 2,
    });
  });

  it('gives a joining member nothing from before, and at once what comes with it, whatever its process knows', async () => {
    const world = await aWorld();
    const { deployment, ann, bob, read, reader } = world;
    const state = await deployment.group(ann, []);
    await deployment.must(aMessage(state, ann));
    expect(await reader.execute(state.id, bob, { incarnation: 1, seq: 0 }, 10)).toEqual({
      ok: false,
      error: { code: 'not_found' },
    });
    await deployment.must(
      aCommit(state, ann, {
        addMembers: [{ account: bob.account, role: 'member' }],
        addDevices: [bob],
      }),
    );
    const page = await read(state.id, bob, 0);
    expect(page.gaps).toEqual([{ from: 1, to: 2, reason: 'not_member' }]);
    expect(page.entries.map(({ seq }) => seq)).toEqual([3]);
  });

  it('is not there for who was never a member, nor a conversation that is not', async () => {
    const { deployment, ann, bob, reader } = await aWorld();
    const { id } = await deployment.group(ann, []);
    const notFound = { ok: false, error: { code: 'not_found' } };
    expect(await reader.execute(id, bob, { incarnation: 1, seq: 0 }, 10)).toEqual(notFound);
    expect(await reader.execute('nowhere', ann, { incarnation: 1, seq: 0 }, 10)).toEqual(notFound);
  });

  it('gives a device the parts for all and its own, never those of others or for joiners', async () => {
    const { deployment, ann, bob, read } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    const parts = [
      aPart(),
      { audience: 'joiners' as const, bytes: someBytes(3, 1) },
      { audience: [bob.device], bytes: someBytes(3, 2) },
      { audience: [ann.device], bytes: someBytes(3, 3) },
    ];
    await deployment.must(aCommit(state, ann, {}, { parts }));
    const [entry] = (await read(state.id, bob, 1)).entries;
    expect(entry?.parts).toEqual([parts[0], parts[2]]);
  });

  it('announces what a restore took back, and goes on with what took its place (G9)', async () => {
    const world = await aWorld({}, 2);
    const { deployment, ann, read } = world;
    const state = await deployment.group(ann, []);
    await deployment.must(aMessage(state, ann));
    await deployment.stores.log.markRestored(2);
    await deployment.must(aMessage(state, ann));
    const page = await read(state.id, ann, 7, 100, { incarnation: 1 });
    expect(page.gaps).toEqual([{ from: 3, to: 7, reason: 'restored' }]);
    expect(page.entries.map(({ seq }) => seq)).toEqual([3]);
    expect(page).toMatchObject({ incarnation: 2, next: 3, head: 3 });
    const kept = await read(state.id, ann, 1, 100, { incarnation: 1 });
    expect([kept.gaps, kept.entries.map(({ seq }) => seq)]).toEqual([[], [2, 3]]);
  });

  it('announces after several restores what the first of them took that the cursor had not seen', async () => {
    const world = await aWorld({}, 3);
    const { deployment, ann, read } = world;
    const state = await deployment.group(ann, []);
    await deployment.must(aMessage(state, ann));
    await deployment.stores.log.markRestored(2);
    await deployment.must(aMessage(state, ann));
    await deployment.must(aMessage(state, ann));
    await deployment.stores.log.markRestored(3);
    expect((await read(state.id, ann, 4, 100, { incarnation: 1 })).gaps).toEqual([
      { from: 3, to: 4, reason: 'restored' },
    ]);
    expect((await read(state.id, ann, 9, 100, { incarnation: 2 })).gaps).toEqual([
      { from: 5, to: 9, reason: 'restored' },
    ]);
  });

  it('takes everything back of a log that a restore took away whole, and that was founded again (G9)', async () => {
    const { deployment, ann, read } = await aWorld({}, 2);
    await deployment.stores.log.markRestored(2);
    const state = await deployment.group(ann, []);
    const page = await read(state.id, ann, 4, 100, { incarnation: 1 });
    expect(page.gaps).toEqual([{ from: 1, to: 4, reason: 'restored' }]);
    expect(page.entries.map(({ seq }) => seq)).toEqual([1]);
  });

  it('answers a cursor beyond the head with nothing', async () => {
    const { deployment, ann, bob, read } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    expect(await read(state.id, ann, 99)).toEqual({
      incarnation: 1,
      entries: [],
      gaps: [],
      next: 99,
      head: 1,
    });
    await deployment.must(aLeaving(state, bob));
    expect(await read(state.id, bob, 99)).toEqual({
      incarnation: 1,
      entries: [],
      gaps: [],
      next: 99,
      head: 2,
    });
  });

  it('keeps pages within bytes over all its stretches, with at least one entry', async () => {
    const { deployment, ann, bob, read } = await aWorld({ pageBytes: 100 });
    let state = await deployment.group(ann, []);
    const large = { parts: [{ audience: 'all' as const, bytes: someBytes(60) }] };
    for (const _ of many(3, () => 0)) {
      state = await deployment.must(
        aCommit(
          state,
          ann,
          { addMembers: [{ account: bob.account, role: 'member' }], addDevices: [bob] },
          large,
        ),
      );
      state = await deployment.must(
        aCommit(state, ann, { removeMembers: [bob.account], removeDevices: [bob] }, large),
      );
      await deployment.must(aMessage(state, ann));
    }
    const first = await read(state.id, bob, 0);
    expect(first.entries.map(({ seq }) => seq)).toEqual([2, 3]);
    const second = await read(state.id, bob, first.next);
    expect(second.entries.map(({ seq }) => seq)).toEqual([5, 6]);
    const tiny = await aWorld({ pageBytes: 1 });
    const { id } = await tiny.deployment.group(tiny.ann, []);
    expect((await tiny.read(id, tiny.ann, 0)).entries).toHaveLength(1);
  });

  it('takes one query when the state is known: the page brings the head along', async () => {
    const { deployment, ann, read, queries } = await aWorld();
    const state = await deployment.group(ann, []);
    await read(state.id, ann, 0);
    expect(queries.splice(0)).toEqual(['load', 'page']);
    await deployment.must(aMessage(state, ann));
    await read(state.id, ann, 1);
    expect(queries.splice(0)).toEqual(['page']);
    await read(state.id, ann, 2);
    expect(queries.splice(0)).toEqual(['page']);
  });

  it('stays right while others change the conversation, and gives up only when it never gets a look', async () => {
    const { deployment, ann, bob, reader } = await aWorld();
    let state = await deployment.group(ann, [bob]);
    let changes = 0;
    const restless = (most: number) =>
      overriding<ConversationLog>(deployment.stores.log, {
        page: async (...args) => {
          if (changes++ < most) {
            const role = changes % 2 === 0 ? ('admin' as const) : ('member' as const);
            state = await deployment.must(
              aRosterChange(state, ann, { setRoles: [{ account: bob.account, role }] }),
            );
          }
          return deployment.stores.log.page(...args);
        },
      });
    const reading = (most: number) => {
      changes = 0;
      const restlessReader = new ReadLog(new CachedLog(restless(most), 10), () => 1, defaultLimits);
      return restlessReader.execute(state.id, bob, { incarnation: 1, seq: 0 }, 100);
    };
    const page = await reading(5);
    expect(page.ok && page.value.entries.map(({ seq }) => seq)).toEqual(upTo(state.version));
    await expect(reading(Infinity)).rejects.toThrow('busy');
    expect((await reader.execute(state.id, bob, { incarnation: 1, seq: 0 }, 100)).ok).toBe(true);
  });

  it('gives at least one entry and at most a page, whatever is asked for', async () => {
    const { deployment, ann, read } = await aWorld({ pageEntries: 3 });
    const state = await deployment.group(ann, []);
    for (const _ of many(5, () => 0)) await deployment.must(aMessage(state, ann));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -5, max: 20 }), async (wanted) => {
        const { entries } = await read(state.id, ann, 0, wanted);
        expect(entries.map(({ seq }) => seq)).toEqual(upTo(Math.max(1, Math.min(3, wanted))));
      }),
      { numRuns: 20 },
    );
  });
});
