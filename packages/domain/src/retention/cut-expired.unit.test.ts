import {
  aCommit,
  aMessage,
  aPart,
  Breaker,
  many,
  overriding,
  someBytes,
  TallyMeter,
  TestDeployment,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { ConversationState } from '../conversation/conversation.ts';
import { DescribeConversation } from '../conversation/describe-conversation.ts';
import { CachedLog } from '../log/cached-log.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import type { ConversationId, DeviceRef } from '../shared/ids.ts';
import { CutExpired } from './cut-expired.ts';

const day = 24 * 60 * 60_000;
const keepMs = 30 * day;

async function aWorld() {
  const deployment = new TestDeployment();
  const ann = await deployment.person();
  const meter = new TallyMeter();
  const cutting = (keep = keepMs, log: ConversationLog = deployment.stores.log) =>
    new CutExpired({ log: new CachedLog(log, 100), clock: deployment.time, meter }, keep);
  const sweep = async (by = cutting()): Promise<number> => {
    let steps = 1;
    while (!(await by.step())) steps += 1;
    return steps;
  };
  const say = async (state: ConversationState, sender: DeviceRef, count: number) => {
    for (const _ of many(count, () => 0)) await deployment.must(aMessage(state, sender));
  };
  const floorOf = async (id: ConversationId) =>
    (await deployment.stores.log.heads([id])).get(id)?.floor;
  return { deployment, ann, meter, cutting, sweep, say, floorOf };
}

describe('cutting what expired', () => {
  it('takes what was accepted longer ago than entries are kept, and nothing else', async () => {
    const { deployment, ann, meter, sweep, say, floorOf } = await aWorld();
    const state = await deployment.group(ann, []);
    await say(state, ann, 2);
    const other = await deployment.group(ann, []);
    await deployment.time.advance(keepMs - 60_000);
    await sweep();
    expect(await floorOf(state.id)).toBe(2);
    expect(await floorOf(other.id)).toBe(0);
    expect(meter.of('entries_cut')).toBe(2);
    await deployment.time.advance(day);
    await sweep();
    expect([await floorOf(state.id), await floorOf(other.id)]).toEqual([3, 1]);
    expect(meter.of('entries_cut')).toBe(4);
  });

  it('never happens where entries are kept for ever', async () => {
    const { deployment, ann, cutting, floorOf } = await aWorld();
    const { id } = await deployment.group(ann, []);
    await deployment.time.advance(100 * 365 * day);
    expect(await cutting(Infinity).step()).toBe(true);
    expect(await floorOf(id)).toBe(0);
  });

  it('leaves the state, and what devices join by, as they were (G7)', async () => {
    const { deployment, ann, sweep, say } = await aWorld();
    const parts = [aPart(), { audience: 'joiners' as const, bytes: someBytes(4) }];
    const founded = await deployment.group(ann, [await deployment.person()]);
    const state = await deployment.must(aCommit(founded, ann, {}, { parts }));
    await say(state, ann, 2);
    const describing = new DescribeConversation(new CachedLog(deployment.stores.log, 10));
    const before = await describing.joinInformation(state.id, ann.account);
    expect(before).toMatchObject({ value: { bytes: someBytes(4) } });
    await deployment.time.advance(2 * keepMs);
    await sweep();
    expect(await deployment.entries(state.id)).toEqual([]);
    expect(await deployment.state(state.id)).toEqual(state);
    expect(await describing.joinInformation(state.id, ann.account)).toEqual(before);
    const next = await deployment.must(aCommit(state, ann, {}, { parts: parts.slice(0, 1) }));
    expect(await describing.joinInformation(next.id, ann.account)).toMatchObject({
      value: { head: 5, epoch: 3, bytes: null },
    });
    await deployment.must(aMessage(next, ann));
  });

  it('takes the newest state, so that no change slips in below the floor', async () => {
    const { deployment, ann, cutting, sweep, floorOf } = await aWorld();
    const founded = await deployment.group(ann, []);
    const { log } = deployment.stores;
    const cache = new CachedLog(log, 10);
    const late = new CutExpired(
      { log: cache, clock: deployment.time, meter: new TallyMeter() },
      keepMs,
    );
    await cache.state(founded.id);
    const state = await deployment.must(aCommit(founded, ann));
    await deployment.time.advance(2 * keepMs);
    await sweep(late);
    expect(await floorOf(founded.id)).toBe(2);
    expect(await deployment.state(founded.id)).toEqual(state);
    // Another sweep that has seen less, and is late, changes nothing.
    const behind = overriding<ConversationLog>(log, {
      expiring: async () => ({ found: [{ conversation: founded.id, floor: 1 }], next: null }),
    });
    await sweep(cutting(keepMs, behind));
    expect(await floorOf(founded.id)).toBe(2);
  });

  it('goes in bounded steps over any number of conversations and entries', async () => {
    const { deployment, ann, floorOf } = await aWorld();
    const { log } = deployment.stores;
    const state = await deployment.group(ann, []);
    const command = aMessage(state, ann);
    const process = deployment.process();
    await Promise.all(
      many(1_100, (index) => process.append.execute({ ...command, clientId: `send ${index}` })),
    );
    const others: string[] = [];
    for (const _ of many(410, () => 0)) others.push((await deployment.group(ann, [])).id);
    await deployment.time.advance(2 * keepMs);
    const cuts: number[] = [];
    const counted = overriding<ConversationLog>(log, {
      cut: async (cut) => {
        const count = await log.cut(cut);
        cuts.push(count);
        return count;
      },
    });
    const ports = { log: new CachedLog(counted, 10), clock: deployment.time };
    const by = new CutExpired({ ...ports, meter: new TallyMeter() }, keepMs);
    const perStep: number[] = [];
    for (let through = false; !through; perStep.push(cuts.splice(0).reduce((a, b) => a + b, 0)))
      through = await by.step();
    expect(Math.max(...perStep)).toBeLessThan(1_000);
    expect(perStep.length).toBeLessThan(10);
    expect(perStep.reduce((a, b) => a + b, 0)).toBe(1_101 + 410);
    expect(await floorOf(state.id)).toBe(1_101);
    expect(new Set(await Promise.all(others.map(floorOf)))).toEqual(new Set([1]));
  });

  it('goes on where it was broken off, whichever call broke', async () => {
    for (const when of ['before', 'after'] as const) {
      for (const call of many(6, (index) => index + 1)) {
        const { deployment, ann, cutting, sweep, say, floorOf } = await aWorld();
        const states = [await deployment.group(ann, []), await deployment.group(ann, [])];
        for (const state of states) await say(state, ann, 1);
        await deployment.time.advance(2 * keepMs);
        const breaker = new Breaker({ call, when });
        const broken = cutting(keepMs, breaker.guard(deployment.stores.log));
        const first = await sweep(broken).catch(() => 'broken');
        expect(first).toBe(call <= 5 ? 'broken' : 1);
        while (breaker.calls < call) await sweep(broken).catch(() => 'broken');
        await sweep(broken);
        for (const state of states) {
          expect(await floorOf(state.id)).toBe(2);
          expect(await deployment.state(state.id)).toEqual(state);
        }
      }
    }
  });
});
