import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Costs, measured } from './costs.ts';
import { playDay } from './day.ts';
import { deploymentFor, margins } from './deployment.ts';
import { usual } from './habits.ts';
import { tableOf } from './table.ts';

const people = 2_000;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('a simulated day', () => {
  const day = playDay(people, usual, 1);

  it('is the same for the same seed, and another for another', () => {
    expect(playDay(people, usual, 1)).toEqual(day);
    expect(playDay(people, usual, 2)).not.toEqual(day);
  });

  it('has the messages, sessions and devices that people are taken to have', () => {
    const mean = usual.messagesMedian * Math.exp(usual.messagesSpread ** 2 / 2);
    expect(sum(day.messages) / people).toBeGreaterThan(mean * 0.85);
    expect(sum(day.messages) / people).toBeLessThan(mean * 1.15);
    expect(day.devices / people).toBeCloseTo(1.5, 1);
    expect(sum(day.connects) / day.devices).toBeCloseTo(usual.sessionsPerDevice, 0);
  });

  it('delivers each message to its sender’s device, and to others as far as they are connected', () => {
    const alone = playDay(people, { ...usual, conversations: [{ perMille: 1, others: 0 }] }, 1);
    expect(alone.deliveries).toEqual(alone.messages);
    const always = playDay(
      people,
      { ...usual, conversations: [{ perMille: 1, others: 1 }], sessionMinutes: 10_000 },
      1,
    );
    expect(sum(always.deliveries) / sum(always.messages)).toBeCloseTo(1 + day.devices / people, 1);
  });

  it('is quieter at night', () => {
    const here = playDay(people, { ...usual, zones: [{ perMille: 1, hours: 0 }] }, 1);
    const hour = (of: number): number => sum(here.messages.slice(of * 60, of * 60 + 60));
    expect(hour(3) * 5).toBeLessThan(hour(19));
  });
});

describe('the deployment for a day', () => {
  const day = playDay(people, usual, 1);
  const nothing: Costs = {
    serverPerMessage: 0,
    serverPerDelivery: 0,
    serverPerConnect: 0,
    serverPerHint: 0,
    storePerMessage: 0,
    storePerDelivery: 0,
    storePerConnect: 0,
    bytesPerConnection: 0,
    bytesPerProcess: 0,
    storedBytesPerEntry: 0,
  };

  it('grows with the users', () => {
    const [small, large] = [1, 100].map((millions) =>
      deploymentFor(millions * 1_000_000, day, measured),
    );
    for (const figure of ['messages', 'connections', 'serverCores', 'storedBytesPerYear'] as const)
      expect((large?.[figure] ?? 0) / (small?.[figure] ?? 1)).toBeCloseTo(100, 6);
  });

  it('has a core for each half of one that works at the peak', () => {
    const perMessage = deploymentFor(1_000_000, day, { ...nothing, serverPerMessage: 20_000 });
    expect(perMessage.serverCores).toBeCloseTo(perMessage.messages / 50, 6);
    expect(perMessage.processes).toBe(Math.ceil(perMessage.serverCores / margins.serverUse));
  });

  it('has processes for its connections, and never fewer than two', () => {
    const idle = deploymentFor(1_000_000, day, nothing);
    expect(idle.processes).toBe(
      Math.max(2, Math.ceil(idle.connections / margins.connectionsPerProcess)),
    );
    expect(deploymentFor(10, day, nothing).processes).toBe(2);
  });

  it('needs more processes the more each of them hears of the others, until none can do anything else', () => {
    const costs = { ...nothing, serverPerMessage: 20_000 };
    const { messages, serverCores } = deploymentFor(1_000_000, day, costs);
    const half = ((margins.serverUse / 2) * 1e6) / messages;
    const hearing = deploymentFor(1_000_000, day, { ...costs, serverPerHint: half });
    expect(hearing.processes).toBe(Math.ceil(serverCores / (margins.serverUse / 2)));
    const deaf = deploymentFor(1_000_000, day, { ...costs, serverPerHint: 3 * half });
    expect(deaf.processes).toBe(Infinity);
  });

  it('stores what is sent', () => {
    const { storedBytesPerYear } = deploymentFor(people, day, {
      ...nothing,
      storedBytesPerEntry: 10,
    });
    expect(storedBytesPerYear).toBeCloseTo(sum(day.messages) * 365 * 10, 3);
  });
});

it('the page on scaling has the table of these costs and habits', () => {
  const day = playDay(20_000, usual, 1);
  const deployments = [1, 10, 100].map((millions) =>
    deploymentFor(millions * 1_000_000, day, measured),
  );
  const page = readFileSync(new URL('../../../../docs/scaling.md', import.meta.url), 'utf8');
  const words = (table: string): string => table.replaceAll(/[ -]+/g, ' ');
  expect(words(page)).toContain(words(tableOf(deployments)));
});
