import type { DeviceRef } from '@sealpost/domain';
import type { SimConnection } from '../../server/sim-connections.ts';
import type { Testimony } from '../../testimony.ts';
import type { Check, Checker } from '../checker.ts';
import type { Claimed, Claiming } from '../claimed.ts';
import { isWhole } from '../due.ts';
import type { Scene } from '../scene.ts';

const clockDifferenceMs = 1_000;
/** What a device is told of by its own process, it is told by then, when nothing is broken. */
const toldMs = 5_000;
const calmMs = 2 * toldMs;

/** G12: a device that gave bundles can be reached, and knows when to give more. */
export function neverStuck(): Checker {
  const gave = new Set<string>();
  /** By device, when it was told last what is left of its bundles. */
  const toldAt = new Map<string, number>();
  return {
    promise: 'G12',
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') gave.clear();
      if (testimony.kind === 'pushed' && testimony.push.event === 'stock')
        toldAt.set(testimony.device.device, scene.timeline.now);
      if (testimony.kind !== 'answered' || !testimony.answer.ok) return;
      const { what, caller, answer, since } = testimony;
      if (what === 'uploadBundles' && caller) gave.add(caller.device);
      if (what !== 'claimBundles' || !caller) return;
      checkAsked(testimony, caller, check);
      for (const connection of claimedHere(testimony, scene))
        scene.timeline.after(toldMs, () => {
          if (!connection.open || !connection.link.healthy || scene.calmForMs < calmMs) return;
          const told = (toldAt.get(connection.ref.device) ?? -Infinity) >= since;
          check(told, () => 'a bundle was claimed, and its device is not told what is left');
        });
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

/** Whose bundles were not asked for keeps them. */
function checkAsked(
  { asked, answer }: Extract<Testimony, { kind: 'answered' }>,
  caller: DeviceRef,
  check: Check,
): void {
  if (!answer.ok) return;
  const { accounts, only } = (asked as { body: Claiming }).body;
  const { bundles, without } = answer.value as Claimed;
  for (const { account, device } of [...bundles.map((bundle) => bundle.device), ...without])
    check(
      accounts.includes(account) && device !== caller.device && (only?.includes(device) ?? true),
      () => 'claimed of a device that was not asked for',
    );
}

/** The connections, to the process that handed them out, of devices whose bundles were claimed. */
function claimedHere(
  { process, answer }: Extract<Testimony, { kind: 'answered' }>,
  { processes }: Scene,
): readonly SimConnection[] {
  const here = processes.find(({ id }) => id === process)?.connections.all() ?? [];
  const { bundles } = (answer.ok ? answer.value : { bundles: [] }) as Pick<Claimed, 'bundles'>;
  const claimed = new Set(bundles.map(({ device }) => device.device));
  return here.filter(({ ref }) => claimed.has(ref.device));
}

/** What a device gave ends with it, by the clock of the process that ended it. */
async function revokedAt({ database }: Scene, device: string): Promise<number> {
  return (await database.stores.devices.find(device))?.revokedAt ?? -Infinity;
}
