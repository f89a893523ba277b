import type { SimDevice } from '../../device/sim-device.ts';
import type { Check, Checker } from '../checker.ts';
import { isWhole } from '../due.ts';
import type { Scene } from '../scene.ts';

/** G9: who is told that this was all has it all, and knows of which incarnation. */
export function caughtUp(): Checker {
  /** By device, where the logs stood when it was let in, and when it was let in by the connection that it knows of. */
  const admitted = new Map<string, ReadonlyMap<string, number>>();
  const stood = new Map<string, ReadonlyMap<string, number>>();
  return {
    promise: 'G9',
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') for (const heads of [admitted, stood]) heads.clear();
      if (testimony.kind === 'admitted') {
        const { account, device } = testimony.device;
        const heads = new Map<string, number>();
        for (const [conversation, log] of scene.ledger.logs)
          if (log.isMember(account)) heads.set(conversation, log.head);
        admitted.set(device, heads);
      }
      if (testimony.kind === 'greeted') {
        const { device } = testimony.device;
        stood.set(device, admitted.get(device) ?? new Map());
      }
      if (testimony.kind === 'pushed') {
        const { payload } = testimony.push;
        if ('incarnation' in payload)
          check(payload.incarnation === scene.incarnation, () => 'another incarnation is named');
      }
      if (testimony.kind !== 'caught_up' || testimony.incarnation !== scene.incarnation) return;
      const heads = stood.get(testimony.device.device);
      const device = scene.deviceOf(testimony.device);
      if (device && heads) void checkHeads(scene, device, heads, check);
    },
    async conclude(scene, check) {
      check(scene.devices.some(isWhole), () => 'nobody is there');
      for (const device of scene.devices)
        if (isWhole(device))
          check(scene.isOnline(device), () => `device ${device.number} is not back`);
    },
  };
}

async function checkHeads(
  { ledger }: Scene,
  device: SimDevice,
  heads: ReadonlyMap<string, number>,
  check: Check,
): Promise<void> {
  for (const [conversation, head] of heads) {
    const info = await device.sealpost?.conversation(conversation).info();
    // Whoever is not let in any more has all that it will ever have.
    if (!device.on || device.gone || !ledger.logs.has(conversation)) return;
    check(
      (info?.cursor ?? 0) >= head,
      () => `device ${device.number} was told it has all, and has ${info?.cursor ?? 0} of ${head}`,
    );
  }
}
