import { aFault, TallyLimits } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { AdapterFailure } from '../shared/adapter-failure.ts';
import type { Taken } from './rate-limiter.port.ts';
import { type LimiterName, limiterNames, limiters } from './limiters.ts';
import { RateGate } from './rate-gate.ts';

type Take = readonly [limiter: string, key: string, points: number];

/** A limiter that answers what it is told, and remembers what it was asked. */
function answering(answer: () => Taken) {
  const takes: Take[] = [];
  const take = async (...asked: Take): Promise<Taken> => (takes.push(asked), answer());
  return { takes, take, sweep: async () => undefined };
}

function aGate(answer: () => Taken) {
  const [inProcess, inDeployment] = [answering(answer), answering(answer)];
  const meter = new TallyLimits();
  const faults: AdapterFailure[] = [];
  const gate = new RateGate({
    counting: { process: inProcess, deployment: inDeployment },
    hash: (text) => `hash of ${text}`,
    meter,
    failed: (fault) => void faults.push(fault),
  });
  return { gate, meter, faults, inProcess, inDeployment };
}

const free = (): Taken => ({ ok: true });
const broken = (): Taken => {
  throw aFault();
};
const namesWhere = (onFailure: 'open' | 'closed'): LimiterName[] =>
  limiterNames.filter((name) => limiters[name].onFailure === onFailure);

describe('RateGate', () => {
  it('lets through what has room, and refuses the rest with a time to wait (G16)', async () => {
    expect(await aGate(free).gate.take('messages', 'alice')).toEqual({ ok: true, value: null });
    const { gate, meter } = aGate(() => ({ ok: false, retryAfterMs: 4_321 }));
    expect(await gate.take('messages', 'alice')).toEqual({
      ok: false,
      error: { code: 'rate_limited', retryAfterMs: 4_321 },
    });
    expect([...meter.refused]).toEqual([['messages', 1]]);
    expect([...meter.failed]).toEqual([]);
  });

  it('counts where the catalogue says; a store is told a hash, which differs for each limiter', async () => {
    const { gate, inProcess, inDeployment } = aGate(free);
    for (const name of limiterNames) await gate.take(name, 'alice', 3);
    const asked = (counted: string, keyOf: (name: LimiterName) => string): Take[] =>
      limiterNames
        .filter((name) => limiters[name].counted === counted)
        .map((name) => [name, keyOf(name), 3]);
    expect(inProcess.takes).toEqual(asked('process', () => 'alice'));
    expect(inDeployment.takes).toEqual(asked('deployment', (name) => `hash of ${name} alice`));
  });

  it('asks no store for messages, typing and calls', async () => {
    const { gate, inDeployment } = aGate(free);
    for (const name of ['messages', 'inboundBytes', 'typing', 'calls', 'changes'] as const)
      await gate.take(name, 'alice');
    expect(inDeployment.takes).toEqual([]);
  });

  it.each(namesWhere('open'))('lets %s through while it cannot count', async (name) => {
    const { gate, meter, faults } = aGate(broken);
    expect((await gate.take(name, 'alice')).ok).toBe(true);
    expect([...meter.failed]).toEqual([[name, 1]]);
    expect(faults).toHaveLength(1);
  });

  it.each(namesWhere('closed'))('refuses %s while it cannot count', async (name) => {
    const { gate, meter } = aGate(broken);
    expect(await gate.take(name, 'alice')).toEqual({
      ok: false,
      error: { code: 'unavailable', retryAfterMs: 1_000 },
    });
    expect([...meter.failed]).toEqual([[name, 1]]);
    expect([...meter.refused]).toEqual([]);
  });

  it('hides no bug behind a limiter', async () => {
    const { gate } = aGate(() => {
      throw new TypeError('a bug');
    });
    await expect(gate.take('messages', 'alice')).rejects.toThrow(TypeError);
  });
});

describe('the catalogue', () => {
  it('fails closed for guesses, drains and floods of lasting things, and open for the rest', () => {
    expect(namesWhere('closed')).toEqual([
      'credentialsByNetwork',
      'credentialsByHandle',
      'lookUpsByAccount',
      'lookUpsByNetwork',
      'claimsByPair',
      'deviceLinks',
      'foundings',
    ]);
  });

  it.each(limiterNames)('allows %s a reserve that holds a refill', (name) => {
    const { burst, refill, everyMs } = limiters[name];
    expect(burst).toBeGreaterThanOrEqual(refill);
    expect((burst / refill) * everyMs).toBeLessThanOrEqual(24 * 60 * 60_000);
  });
});
