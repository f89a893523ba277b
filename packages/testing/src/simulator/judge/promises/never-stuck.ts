import type { Checker } from '../checker.ts';
import type { Claimed } from '../claimed.ts';
import { isWhole } from '../due.ts';
import type { Scene } from '../scene.ts';

const clockDifferenceMs = 1_000;

/** G12: a device that gave bundles can be reached, and knows when to give more. */
export function neverStuck(): Checker {
  const gave = new Set<string>();
  return {
    promise: 'G12',
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') gave.clear();
      if (testimony.kind !== 'answered' || !testimony.answer.ok) return;
      const { what, caller, answer, since } = testimony;
      if (what === 'uploadBundles' && caller) gave.add(caller.device);
      if (what !== 'claimBundles') return;
      const claimedAt = scene.timeline.wallTimeAt(since) - clockDifferenceMs;
      for (const { device } of (answer.value as Claimed).without)
        if (gave.has(device))
          void revokedAt(scene, device).then((at) =>
            check(at >= claimedAt, () => 'no bundle of a device that gave some'),
          );
    },
    async conclude(scene, check) {
      for (const device of scene.devices) {
        if (!isWhole(device)) continue;
        const { ref, number } = device;
        const { database, engine, timeline } = scene;
        const stock = await database.stores.keys.stock(ref, engine.suite, timeline.wallTime);
        check(stock.oneTime >= 3, () => `device ${number} is left with ${stock.oneTime} bundles`);
      }
    },
  };
}

/** What a device gave ends with it, by the clock of the process that ended it. */
async function revokedAt({ database }: Scene, device: string): Promise<number> {
  return (await database.stores.devices.find(device))?.revokedAt ?? -Infinity;
}
