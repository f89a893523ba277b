import type { Entry as ShownEntry } from '@sealpost/client';
import type { DeviceRef } from '@sealpost/domain';
import type { WireEntryPage } from '@sealpost/protocol';
import type { SimDevice } from '../../device/sim-device.ts';
import type { Check, Checker } from '../checker.ts';
import { isWhole, recoveryMs } from '../due.ts';
import type { LedgerLog } from '../ledger.ts';
import { isWithoutKeys, Losses } from '../losses.ts';
import type { Scene } from '../scene.ts';
import { entriesGiven } from '../seen-entries.ts';

const promptMs = 20_000;
const clockDifferenceMs = 1_000;
/** What a device takes to write down what came, on the slowest of its disks. */
const storingMs = 1_000;

/** G5: everything of its window, once, in order, and of everything else a word why not. */
export function complete(): Checker {
  const losses = new Losses();
  return {
    promise: 'G5',
    see(testimony, scene, check) {
      losses.see(testimony, scene);
      const given = entriesGiven(testimony);
      if (!given?.page || given.incarnation !== scene.incarnation) return;
      checkWhole(given.page, check);
      const log = scene.ledger.logs.get(given.conversation);
      for (const { seq } of given.entries)
        check(log?.isFor(given.device, seq) ?? false, () => `a page beyond the window: ${seq}`);
      for (const { from, to, reason } of given.page.gaps)
        if (reason === 'expired' && log) checkExpired(scene, log, from, to, check);
    },
    stored(entry, before, scene, check) {
      if (scene.calmForMs < recoveryMs) return;
      const due = scene.devices.filter(
        (device) =>
          isWhole(device) &&
          scene.isOnline(device) &&
          before.isMember(device.ref.account) &&
          before.hasKeys(device.ref.device),
      );
      for (const device of due)
        scene.timeline.after(promptMs + storingMs, () => {
          if (scene.calmForMs >= recoveryMs + promptMs && scene.isOnline(device))
            void checkPrompt(scene, device, entry, check);
        });
    },
    async conclude(scene, check) {
      for (const device of scene.devices) {
        if (!isWhole(device)) continue;
        for (const [conversation, log] of scene.ledger.logs)
          await checkWindow({ device, conversation, log }, losses, check);
      }
    },
  };
}

/** What a page holds follows on each other up to its end; what a restore took back stands beside it. */
function checkWhole({ entries, gaps, next }: WireEntryPage, check: Check): void {
  const pieces = [
    ...entries.map(({ seq }) => ({ from: seq, to: seq })),
    ...gaps.filter(({ reason }) => reason !== 'restored'),
  ].toSorted((a, b) => a.from - b.from);
  const ends = [...pieces.slice(1).map(({ from }) => from - 1), next];
  for (const [at, { to }] of pieces.entries())
    check(to === ends[at], () => `after ${to} a page goes on behind ${ends[at]}`);
}

/** Only what is older than the deployment keeps it is gone, by the clocks of its processes. */
function checkExpired(scene: Scene, log: LedgerLog, from: number, to: number, check: Check): void {
  const oldest = scene.timeline.wallTime - scene.keepMs + clockDifferenceMs;
  for (let seq = from; seq <= to; seq += 1) {
    const acceptedAt = log.at(seq)?.acceptedAt ?? 0;
    check(acceptedAt <= oldest, () => `${seq} is gone ${acceptedAt - oldest} ms before its time`);
  }
}

async function checkPrompt(
  scene: Scene,
  device: SimDevice,
  { conversation, seq }: { readonly conversation: string; readonly seq: number },
  check: Check,
): Promise<void> {
  const info = await device.sealpost?.conversation(conversation).info();
  if (device.gone || scene.ledger.logs.get(conversation)?.at(seq) === undefined) return;
  check(
    (info?.cursor ?? 0) >= seq,
    () =>
      `device ${device.number} was connected and has ${info?.cursor ?? 0} of ${conversation.slice(0, 12)} ${seq} after ${promptMs} ms`,
  );
}

interface Window {
  readonly device: SimDevice & { readonly ref: DeviceRef };
  readonly conversation: string;
  readonly log: LedgerLog;
}

async function checkWindow(
  { device, conversation, log }: Window,
  losses: Losses,
  check: Check,
): Promise<void> {
  const { ref, number } = device;
  const end = log.endFor(ref.account);
  if (end === null) return;
  const where = `device ${number}, ${conversation.slice(0, 12)}`;
  const shown = await device.entriesOf(conversation);
  const gaps = shown.filter((entry) => entry.kind === 'gap');
  const expired = gaps.filter(({ reason }) => reason === 'expired');
  const lostAfter = losses.keysLostAfter(ref, conversation, log, expired);
  let next = 1;
  for (const entry of shown) {
    check(entry.seq === next, () => `${where}: ${next} is missing, ${entry.seq} follows`);
    next = (entry.kind === 'gap' ? entry.to : entry.seq) + 1;
    if (entry.kind === 'gap') checkGap(log, ref, entry, where, check);
    else
      check(
        entry.kind !== 'undecryptable' || isWithoutKeys(ref.device, log, entry.seq, lostAfter),
        () =>
          `${where}: ${entry.seq} cannot be read: ${entry.kind === 'undecryptable' && entry.reason}`,
      );
  }
  check(next > end, () => `${where}: has ${next - 1} of ${end}`);
}

function checkGap(
  log: LedgerLog,
  ref: DeviceRef,
  gap: Extract<ShownEntry, { readonly kind: 'gap' }>,
  where: string,
  check: Check,
): void {
  for (let seq = gap.seq; seq <= gap.to; seq += 1) {
    const member = log.wasMember(ref.account, seq);
    const right =
      (gap.reason === 'not_member' && !member) ||
      (gap.reason === 'before_device' && member && !log.hadKeys(ref.device, seq)) ||
      (gap.reason === 'expired' && seq <= log.floor);
    check(right, () => `${where}: ${seq} is said to be ${gap.reason}`);
  }
}
