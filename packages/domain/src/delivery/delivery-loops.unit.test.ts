import {
  aDeviceRef,
  aMessage,
  many,
  RecordedFanOut,
  TallyMeter,
  TestDeployment,
  TestTime,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { CachedLog } from '../log/cached-log.ts';
import { ReadLog } from '../log/read-log.ts';
import { defaultLimits } from '../shared/limits.ts';
import { DeliveryLoops } from './delivery-loops.ts';
import { MoveCursors } from './move-cursors.ts';

const hour = 60 * 60_000;

function watching() {
  const time = new TestTime();
  const meter = new TallyMeter();
  const found: object[] = [];
  const loops = new DeliveryLoops({ clock: time, meter, found: (loop) => void found.push(loop) });
  const offer = (times: number, first = 7, device = 'phone', conversation = 'harbour') => {
    for (const _ of many(times, () => 0)) loops.offered(device, conversation, first);
  };
  return { time, meter, found, loops, offer };
}

describe('DeliveryLoops', () => {
  it('tells of an entry that a device is offered five times in an hour', () => {
    const { found, meter, offer } = watching();
    offer(4);
    expect([found, meter.of('delivery_loops')]).toEqual([[], 0]);
    offer(1);
    expect([found, meter.of('delivery_loops')]).toEqual([[{ offers: 5 }], 1]);
  });

  it('tells again when it goes on, and not with every offer', () => {
    const { found, offer } = watching();
    offer(14);
    expect(found).toHaveLength(2);
  });

  it('counts each device, conversation and entry by itself', () => {
    const { found, offer } = watching();
    offer(4);
    offer(4, 7, 'laptop');
    offer(4, 7, 'phone', 'picnic');
    offer(1, 8);
    offer(4);
    expect(found).toEqual([]);
  });

  it('begins anew after an hour, and when the entry is acknowledged', async () => {
    const { time, found, loops, offer } = watching();
    offer(4);
    await time.advance(hour);
    offer(4);
    loops.acknowledged('phone', 'harbour', 7);
    offer(4);
    expect(found).toEqual([]);
    loops.acknowledged('phone', 'harbour', 6);
    loops.acknowledged('laptop', 'harbour', 7);
    offer(1);
    expect(found).toHaveLength(1);
  });

  it('is bounded in what it remembers', () => {
    const { found, loops, offer } = watching();
    offer(4);
    for (let device = 0; device < 20_000; device++) loops.offered(`device ${device}`, 'picnic', 1);
    offer(1);
    expect(found).toEqual([]);
  });

  it('hears what devices read and acknowledge', async () => {
    const deployment = new TestDeployment();
    const [ann, bob] = [await deployment.person(), await deployment.person()];
    const state = await deployment.group(ann, [bob]);
    await deployment.must(aMessage(state, ann));
    const conversation = state.id;
    const { found, loops } = watching();
    const cache = new CachedLog(deployment.stores.log, 10);
    const reader = new ReadLog(cache, () => 1, defaultLimits, loops);
    const read = (after: number) =>
      reader.execute(conversation, bob, { incarnation: 1, seq: after }, 10);
    for (const _ of many(4, () => 0)) await read(0);
    const move = new MoveCursors(cache, deployment.stores.cursors, new RecordedFanOut(), () => 1, {
      offers: loops,
    });
    await move.execute(bob, [{ conversation, incarnation: 1, delivered: 2 }]);
    for (const _ of many(4, () => 0)) await read(0);
    // What is up to date is offered nothing.
    for (const _ of many(9, () => 0)) await read(2);
    await reader.execute(conversation, aDeviceRef(), { incarnation: 1, seq: 0 }, 10);
    expect(found).toEqual([]);
    await read(0);
    expect(found).toEqual([{ offers: 5 }]);
  });
});
