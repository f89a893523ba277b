import { hex } from '@sealpost/domain';
import { PLAINTEXT_SUITE } from '@sealpost/client';
import type { Checker } from './checker.ts';
import { mostOnItsWay } from '../network/link.ts';
import { recoveryMs } from './delivery-promises.ts';

const leaseMs = 30_000;
/** Clocks of processes differ by so much, and a lease that is ended takes its way to the store. */
const toleranceMs = 3_000;

/** G10: online is who is connected, or was so lately that its lease still runs; told to members only. */
export function lease(): Checker {
  const lastConnected = new Map<string, number>();
  return {
    promise: 'G10',
    see(testimony, world, check) {
      for (const { connections, life } of world.processes)
        if (life.alive)
          for (const { ref } of connections.all())
            lastConnected.set(ref.account, world.timeline.now);
      if (testimony.kind !== 'answered' || testimony.what !== 'presence') return;
      const { answer, asked, caller } = testimony;
      if (!answer.ok || !caller) return;
      const { params } = asked as { params: { conversation: string } };
      const log = world.ledger.logs.get(params.conversation);
      check(log?.isMember(caller.account) ?? false, () => 'presence is told to no member');
      for (const account of (answer.value as { online: string[] }).online) {
        const ago = world.timeline.now - (lastConnected.get(account) ?? -Infinity);
        check(ago <= leaseMs + toleranceMs, () => `online, and not connected for ${ago} ms`);
      }
    },
  };
}

interface Claimed {
  readonly bundles: readonly {
    readonly device: { readonly device: string };
    readonly ref: Uint8Array;
    readonly lastResort: boolean;
  }[];
  readonly without: readonly { readonly device: string }[];
}

/** G11: a one-time bundle is handed out once, ever. */
export function once(): Checker {
  const handedOut = new Set<string>();
  return {
    promise: 'G11',
    see(testimony, _, check) {
      if (testimony.kind !== 'answered' || testimony.what !== 'claimBundles') return;
      if (!testimony.answer.ok) return;
      const { bundles } = testimony.answer.value as Claimed;
      for (const { device, ref, lastResort } of bundles) {
        if (lastResort) continue;
        const bundle = `${device.device} ${hex(ref)}`;
        check(!handedOut.has(bundle), () => 'a one-time bundle is handed out again');
        handedOut.add(bundle);
      }
    },
  };
}

/** G12: a device that gave bundles can be reached, and knows when to give more. */
export function neverStuck(): Checker {
  const gave = new Set<string>();
  return {
    promise: 'G12',
    see(testimony, world, check) {
      if (testimony.kind === 'restored') gave.clear();
      if (testimony.kind !== 'answered' || !testimony.answer.ok) return;
      const { what, caller, answer } = testimony;
      if (what === 'uploadBundles' && caller) gave.add(caller.device);
      if (what !== 'claimBundles') return;
      for (const { device } of (answer.value as Claimed).without)
        check(!gave.has(device), () => 'no bundle of a device that gave some');
      for (const { device } of (answer.value as Claimed).bundles)
        check(world.devices.length > 0 && device.device !== '', () => 'a bundle of nobody');
    },
    async conclude(world, check) {
      for (const { ref, revoked, number } of world.devices) {
        if (!ref || revoked) continue;
        const now = world.processes[0]?.time.now() ?? 0;
        const stock = await world.database.stores.keys.stock(ref, PLAINTEXT_SUITE, now);
        check(stock.oneTime >= 3, () => `device ${number} is left with ${stock.oneTime} bundles`);
      }
    },
  };
}

const saysWhen: ReadonlySet<string> = new Set(['rate_limited', 'too_soon', 'unavailable', 'busy']);

/** G16: whoever is turned away for now is told until when, and nothing grows for who does not read. */
export function saysNo(): Checker {
  return {
    promise: 'G16',
    see(testimony, world, check) {
      if (testimony.kind === 'answered' && !testimony.answer.ok) {
        const { error } = testimony.answer;
        const told = 'retryAfterMs' in error && typeof error.retryAfterMs === 'number';
        if (saysWhen.has(error.code)) check(told, () => `${error.code}, and not until when`);
      }
      if (testimony.kind !== 'pushed') return;
      const waiting = world.network.mostWaiting();
      check(waiting <= mostOnItsWay + 2, () => `${waiting} pushes wait for one that does not read`);
    },
  };
}

const drainMs = 10_000;

/** G18: a process that is told to stop finishes what it took, sends everybody away with a time to come back, and ends. */
export function drains(): Checker {
  return {
    promise: 'G18',
    see(testimony, world, check) {
      if (testimony.kind === 'closed' && testimony.reason === 'draining')
        check(testimony.retryAfterMs !== null, () => 'sent away, and not until when');
      if (testimony.kind !== 'process') return;
      if (testimony.became === 'stopped')
        check(testimony.unfinished === 0, () => `stopped with ${testimony.unfinished} unanswered`);
      const process = world.processes.find(({ id }) => id === testimony.process);
      if (testimony.became === 'draining' && process) {
        world.timeline.after(drainMs, () => {
          const excused = world.calmForMs < recoveryMs;
          check(!process.life.alive || excused, () => `process ${process.id} still runs`);
        });
      }
    },
  };
}
