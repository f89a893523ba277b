import {
  type Behind,
  clockDifferenceMs,
  type DiscoveryPage,
  type DiscoveryPosition,
} from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { Introduction } from './introduction.ts';

const requester = { ref: { account: 'a', device: 'd' }, session: 's' };

const active = (conversation: string, activeAt: number): Behind => ({
  conversation,
  head: 1,
  loud: 1,
  activeAt,
  delivered: 0,
  incarnation: 1,
});

/** Conversations in pages of two, newest activity first; between two pages something may become active. */
async function introduced(
  conversations: Behind[],
  between: (page: number, all: Behind[]) => void = () => undefined,
  isLive: (page: number) => boolean = () => true,
): Promise<{ readonly told: string[]; readonly queries: number }> {
  let queries = 0;
  const isAfter = (row: Behind, after: DiscoveryPosition | null): boolean =>
    after === null ||
    row.activeAt < after.activeAt ||
    (row.activeAt === after.activeAt && row.conversation > after.conversation);
  const page = (_: unknown, after: DiscoveryPosition | null): Promise<DiscoveryPage> => {
    between((queries += 1), conversations);
    const rest = conversations
      .toSorted((a, b) => b.activeAt - a.activeAt || (a.conversation < b.conversation ? -1 : 1))
      .filter((row) => isAfter(row, after));
    const next = rest[1] ?? null;
    return Promise.resolve({
      conversations: rest.slice(0, 2),
      next: rest.length < 2 ? null : next,
    });
  };
  const identifyCaller = { isLive: async () => isLive(queries) };
  const useCases = { checkBundles: {}, discover: { page }, identifyCaller, incarnation: () => 1 };
  const introduction = new Introduction(requester, [], useCases as never);
  const told: string[] = [];
  while (!introduction.done) {
    for (const { event, payload } of await introduction.step())
      if (event === 'heads')
        told.push(...payload.conversations.map(({ conversation }) => conversation));
      else told.push(event);
  }
  return { told, queries };
}

describe('Introduction', () => {
  it('is one question where one page shows everything', async () => {
    const { told, queries } = await introduced([active('one', 1)]);
    expect(told).toEqual(['one', 'caught_up']);
    expect(queries).toBe(1);
  });

  it('tells of every page before it says that this was all', async () => {
    const all = ['one', 'two', 'three', 'four', 'five'].map((name, at) => active(name, at));
    const { told } = await introduced(all);
    expect(new Set(told.slice(0, -1))).toEqual(
      new Set(all.map(({ conversation }) => conversation)),
    );
    expect(told.at(-1)).toBe('caught_up');
  });

  it('ends also where all were active at one instant', async () => {
    const all = ['one', 'two', 'three', 'four', 'five'].map((name) => active(name, 0));
    const { told, queries } = await introduced(all);
    expect(told).toHaveLength(6);
    expect(queries).toBe(3 + 3);
  });

  it('tells of a conversation that becomes active while the pages before its own are told (G9)', async () => {
    const all = ['one', 'two', 'three', 'four', 'five'].map((name, at) => active(name, at));
    const { told } = await introduced(all, (query, now) => {
      if (query === 2) now[0] = active('one', 100);
    });
    expect(told.indexOf('one')).toBeGreaterThanOrEqual(0);
    expect(told.indexOf('one')).toBeLessThan(told.indexOf('caught_up'));
  });

  it('tells of one that becomes active at a process whose clock is behind, while the pages before its own are told (G9)', async () => {
    const now = 100 * clockDifferenceMs;
    const all = [active('one', now), active('two', now - clockDifferenceMs), active('three', 1)];
    const { told } = await introduced([...all, active('four', 0)], (query, rows) => {
      if (query === 2) rows[3] = active('four', now - clockDifferenceMs + 1);
    });
    expect(told).toEqual(['one', 'two', 'three', 'four', 'caught_up']);
  });

  it('looks no further back again than the clocks of processes differ', async () => {
    const all = Array.from({ length: 100 }, (_, at) =>
      active(`c${at}`, at * (clockDifferenceMs + 1)),
    );
    const { told, queries } = await introduced(all);
    expect(told).toHaveLength(101);
    expect(queries).toBe(51 + 1);
  });

  it('ends while many pages go on, and others are founded by a process whose clock is behind', async () => {
    const all = Array.from({ length: 50 }, (_, at) => active(`c${at}`, at));
    const { told, queries } = await introduced(all, (query, rows) => {
      const now = 1_000 + query;
      rows[query % 50] = active(`c${query % 50}`, now);
      rows.push(active(`founded ${query}`, now - clockDifferenceMs / 2));
      if (query > 1_000) throw new Error('it goes on and on');
    });
    expect(told.at(-1)).toBe('caught_up');
    expect(queries).toBeLessThan(1_000);
  });

  it('tells nothing that was read after the session was revoked (G6)', async () => {
    const all = ['one', 'two', 'three', 'four', 'five'].map((name, at) => active(name, at));
    const { told, queries } = await introduced(all, undefined, (query) => query < 2);
    expect(told).toEqual(['five', 'four']);
    expect(queries).toBe(2);
  });
});
