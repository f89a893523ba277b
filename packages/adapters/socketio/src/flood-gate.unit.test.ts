import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { FloodGate } from './flood-gate.ts';

const limits = { eventBurst: 4, eventsPerSecond: 2 };

describe('FloodGate', () => {
  it('takes a burst, then says how long to wait', () => {
    const gate = new FloodGate(limits, 0);
    expect([1, 2, 3, 4, 5].map(() => gate.event(0))).toEqual([0, 0, 0, 0, 500]);
    expect(gate.event(400)).toBe(100);
    expect(gate.event(500)).toBe(0);
  });

  it('serves for ever who waits as long as it is told', () => {
    const gate = new FloodGate(limits, 0);
    let now = 0;
    for (let sent = 0; sent < 1_000; sent++) {
      expect(gate.frame(now)).toBe(true);
      now += gate.event(now);
    }
  });

  it('gives up on who goes on regardless', () => {
    const gate = new FloodGate(limits, 0);
    const frames = Array.from({ length: 9 }, () => gate.frame(0));
    expect(frames.lastIndexOf(true)).toBe(7);
    expect(frames[8]).toBe(false);
  });

  it('never takes more than a burst and what the time since has brought', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }), (pauses) => {
        const gate = new FloodGate(limits, 0);
        let [now, taken] = [0, 0];
        for (const pause of pauses) {
          now += pause;
          if (gate.event(now) === 0) taken += 1;
          expect(taken).toBeLessThanOrEqual(
            limits.eventBurst + (now * limits.eventsPerSecond) / 1_000,
          );
        }
      }),
    );
  });
});
