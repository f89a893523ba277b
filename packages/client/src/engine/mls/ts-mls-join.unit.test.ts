import { type EngineDevice, Lab } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { mlsEngine } from './mls-engine.ts';

const devicesOf = (lab: Lab, ...names: readonly string[]): Promise<EngineDevice[]> =>
  Promise.all(names.map((name) => lab.device(name)));

/** Numbers that look like chance and are the same in every run. */
function* drawn(): Generator<number, never> {
  for (let state = 7; ; state = (state * 48_271) % 2_147_483_647) yield state;
}

/** The secrets of the epoch that the devices have; one when they agree. */
async function secretsOf(lab: Lab, devices: readonly EngineDevice[]): Promise<string[]> {
  return [...new Set(await Promise.all(devices.map((device) => lab.epochSecret(device))))];
}

describe('entering the keys of a group that has unmerged leaves', () => {
  it('works where a commit merged a leaf above and not below (F16)', async () => {
    const lab = new Lab(mlsEngine);
    const seven = await lab.devices('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const [a, , , , e] = seven;
    await lab.found(...seven);
    await lab.syncAll(...seven);
    // The path of e renews all nodes above the right half. Then h comes into it, unmerged, and a merges it at the root.
    await lab.commit(e);
    await lab.syncAll(...seven);
    const [h, i, j] = await lab.devices('h', 'i', 'j');
    await lab.commit(a, { adds: [h] });
    await lab.syncAll(...seven, h);
    await lab.commit(a);
    await lab.syncAll(...seven, h);
    await lab.commit(a, { adds: [i] });
    expect((await lab.sync(i)).at(-1)).toMatchObject({ kind: 'joined' });
    await lab.rejoin(j);
    await lab.syncAll(...seven, h, i);
    expect(await secretsOf(lab, [...seven, h, i, j])).toHaveLength(1);
  });

  it('works after any history of commits', { timeout: 60_000 }, async () => {
    const lab = new Lab(mlsEngine);
    const chance = drawn();
    const below = (limit: number): number => chance.next().value % limit;
    const members = await devicesOf(lab, 'm0', 'm1', 'm2', 'm3', 'm4');
    await lab.found(members[0] as EngineDevice, ...members.slice(1));
    await lab.syncAll(...members);
    for (let step = 0; step < 40; step++) {
      const by = members[below(members.length)] as EngineDevice;
      const kind = below(4);
      const removed = members.find((member) => member !== by);
      if (kind === 0) members.push(...(await added(lab, by, `added-${step}`)));
      else if (kind === 1) members.push(...(await rejoined(lab, `joined-${step}`)));
      else if (kind === 2 && removed && members.length > 4) {
        await lab.commit(by, { removes: [removed] });
        members.splice(members.indexOf(removed), 1);
      } else await lab.commit(by);
      await lab.syncAll(...members);
      expect(await secretsOf(lab, members)).toHaveLength(1);
    }
  });
});

async function added(lab: Lab, by: EngineDevice, name: string): Promise<EngineDevice[]> {
  const joiners = await devicesOf(lab, name, `${name}-too`);
  await lab.commit(by, { adds: joiners });
  return joiners;
}

async function rejoined(lab: Lab, name: string): Promise<EngineDevice[]> {
  const joiner = await lab.device(name);
  await lab.rejoin(joiner);
  return [joiner];
}
