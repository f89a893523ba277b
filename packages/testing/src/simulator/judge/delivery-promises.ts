import type { Entry as ShownEntry } from '@sealpost/client';
import type { AccountCursor, DeviceRef } from '@sealpost/domain';
import type { SimDevice } from '../device/sim-device.ts';
import type { World } from '../world.ts';
import type { Check, Checker } from './checker.ts';
import type { LedgerLog } from './ledger.ts';
import { entriesGiven } from './seen-entries.ts';

const promptMs = 20_000;
/** What was lost is asked for again after so long at the most: only then does nothing that was broken before matter. */
export const recoveryMs = 60_000;
/** What a device takes to write down what came, on the slowest of its disks. */
const storingMs = 1_000;

const whole = (device: SimDevice): device is SimDevice & { readonly ref: DeviceRef } =>
  device.ref !== null && !device.revoked;

/** G5: everything of its window, once, in order, and of everything else a word why not. */
export function complete(): Checker {
  let restored = false;
  return {
    promise: 'G5',
    see(testimony, world, check) {
      if (testimony.kind === 'restored') restored = true;
      const given = entriesGiven(testimony);
      if (!given?.page || given.incarnation !== world.incarnation) return;
      const log = world.ledger.logs.get(given.conversation);
      for (const { seq } of given.entries)
        check(log?.isFor(given.device, seq) ?? false, () => `a page beyond the window: ${seq}`);
    },
    stored(entry, before, world, check) {
      if (world.calmForMs < recoveryMs) return;
      const due = world.devices.filter(
        (device) =>
          whole(device) &&
          world.isOnline(device) &&
          before.isMember(device.ref.account) &&
          before.hasKeys(device.ref.device),
      );
      for (const device of due)
        world.timeline.after(promptMs + storingMs, () => {
          if (world.calmForMs >= recoveryMs + promptMs && world.isOnline(device))
            void checkPrompt(world, device, entry, check);
        });
    },
    async conclude(world, check) {
      for (const device of world.devices) {
        if (!whole(device)) continue;
        for (const [conversation, log] of world.ledger.logs)
          await checkWindow(world, device, conversation, log, { restored }, check);
      }
    },
  };
}

async function checkPrompt(
  world: World,
  device: SimDevice,
  { conversation, seq }: { readonly conversation: string; readonly seq: number },
  check: Check,
): Promise<void> {
  const info = await device.sealpost?.conversation(conversation).info();
  if (device.revoked || world.ledger.logs.get(conversation)?.at(seq) === undefined) return;
  check(
    (info?.cursor ?? 0) >= seq,
    () =>
      `device ${device.number} was connected and has ${info?.cursor ?? 0} of ${conversation.slice(0, 12)} ${seq} after 20 s`,
  );
}

async function checkWindow(
  world: World,
  device: SimDevice & { readonly ref: DeviceRef },
  conversation: string,
  log: LedgerLog,
  { restored }: { readonly restored: boolean },
  check: Check,
): Promise<void> {
  const { ref, number } = device;
  const end = log.endFor(ref.account);
  if (end === null) return;
  const where = `device ${number}, ${conversation.slice(0, 12)}`;
  const shown = await device.entriesOf(conversation);
  let next = 1;
  for (const entry of shown) {
    check(entry.seq === next, () => `${where}: ${next} is missing, ${entry.seq} follows`);
    next = (entry.kind === 'gap' ? entry.to : entry.seq) + 1;
    if (entry.kind === 'gap') checkGap(world, log, ref, entry, restored, where, check);
    else
      check(
        entry.kind !== 'undecryptable' || restored,
        () =>
          `${where}: ${entry.seq} cannot be read: ${entry.kind === 'undecryptable' && entry.reason}`,
      );
  }
  check(next > end, () => `${where}: has ${next - 1} of ${end}`);
}

function checkGap(
  world: World,
  log: LedgerLog,
  ref: DeviceRef,
  gap: Extract<ShownEntry, { readonly kind: 'gap' }>,
  restored: boolean,
  where: string,
  check: Check,
): void {
  for (let seq = gap.seq; seq <= gap.to; seq += 1) {
    const member = log.wasMember(ref.account, seq);
    const right =
      (gap.reason === 'not_member' && !member) ||
      (gap.reason === 'before_device' && member && !log.hadKeys(ref.device, seq)) ||
      (gap.reason === 'expired' && world.keepMs !== Infinity) ||
      (gap.reason === 'restored' && restored);
    check(right, () => `${where}: ${seq} is said to be ${gap.reason}`);
  }
}

/** G6: nobody else. */
export function closed(): Checker {
  /** When the revocation of a device was acknowledged. */
  const revokedAt = new Map<string, number>();
  const graceMs = 5_000;
  const isOut = (device: string, world: World): boolean =>
    (revokedAt.get(device) ?? Infinity) + graceMs < world.timeline.now;
  return {
    promise: 'G6',
    see(testimony, world, check) {
      if (testimony.kind === 'restored') revokedAt.clear();
      const given = entriesGiven(testimony);
      const log = given && world.ledger.logs.get(given.conversation);
      if (given && log && given.incarnation === world.incarnation)
        for (const { seq } of given.entries)
          check(log.wasMember(given.device.account, seq), () => `given ${seq}, and no member then`);
      if (testimony.kind === 'pushed')
        check(!isOut(testimony.device.device, world), () => 'a push to a revoked device');
      if (testimony.kind === 'admitted')
        check(!isOut(testimony.device.device, world), () => 'a revoked device is let in');
      if (testimony.kind !== 'answered' || !testimony.answer.ok) return;
      const { what, caller, asked } = testimony;
      if (caller) check(!isOut(caller.device, world), () => `${what} for a revoked device`);
      if (what === 'revokeDevice') {
        const { params } = asked as { params: { device: string } };
        if (!revokedAt.has(params.device)) revokedAt.set(params.device, world.timeline.now);
      }
      if (what !== 'joinInformation' || !caller) return;
      const { params } = asked as { params: { conversation: string } };
      const member = world.ledger.logs.get(params.conversation)?.isMember(caller.account);
      check(member ?? false, () => 'what one joins by, for no member');
    },
  };
}

/** G8: within an incarnation cursors never go back, and never beyond each other. */
export function monotone(): Checker {
  const seen = new Map<string, AccountCursor>();
  return {
    promise: 'G8',
    see(testimony) {
      if (testimony.kind === 'restored') seen.clear();
    },
    async look(world, check) {
      for (const [conversation, log] of world.ledger.logs) {
        const { cursors } = world.database.stores;
        for (const cursor of await cursors.ofConversation(conversation, [...log.members.keys()])) {
          const { account, delivered, read, shown } = cursor;
          const ordered = shown <= read && read <= delivered && delivered <= log.head;
          check(
            ordered,
            () => `shown ${shown}, read ${read}, delivered ${delivered} of ${log.head}`,
          );
          const key = `${conversation} ${account} ${await incarnationOf(world, conversation, account)}`;
          const before = seen.get(key);
          seen.set(key, cursor);
          const rises =
            !before ||
            (before.delivered <= delivered && before.read <= read && before.shown <= shown);
          check(rises, () => `from ${JSON.stringify(before)} to ${JSON.stringify(cursor)}`);
        }
      }
    },
  };
}

/** The newest incarnation that any of the account's devices reported in. */
async function incarnationOf(
  { database, devices }: World,
  conversation: string,
  account: string,
): Promise<number> {
  const own = devices.flatMap(({ ref }) => (ref?.account === account ? [ref.device] : []));
  const cursors = await Promise.all(
    own.map((device) => database.stores.cursors.ofDevice(conversation, account, device)),
  );
  return Math.max(0, ...cursors.map((cursor) => cursor?.incarnation ?? 0));
}

/** G9: who is told that this was all has it all, and knows of which incarnation. */
export function caughtUp(): Checker {
  /** By device, where the logs stood when it was let in. */
  const stood = new Map<string, ReadonlyMap<string, number>>();
  return {
    promise: 'G9',
    see(testimony, world, check) {
      if (testimony.kind === 'restored') stood.clear();
      if (testimony.kind === 'admitted') {
        const { account, device } = testimony.device;
        const heads = new Map<string, number>();
        for (const [conversation, log] of world.ledger.logs)
          if (log.isMember(account)) heads.set(conversation, log.head);
        stood.set(device, heads);
      }
      if (testimony.kind === 'pushed') {
        const { payload } = testimony.push;
        if ('incarnation' in payload)
          check(payload.incarnation === world.incarnation, () => 'another incarnation is named');
      }
      if (testimony.kind !== 'caught_up' || testimony.incarnation !== world.incarnation) return;
      const heads = stood.get(testimony.device.device);
      const device = world.deviceOf(testimony.device);
      if (device && heads) void checkHeads(world, device, heads, check);
    },
    async conclude(world, check) {
      for (const device of world.devices)
        if (whole(device))
          check(world.isOnline(device), () => `device ${device.number} is not back`);
    },
  };
}

async function checkHeads(
  { ledger }: World,
  device: SimDevice,
  heads: ReadonlyMap<string, number>,
  check: Check,
): Promise<void> {
  for (const [conversation, head] of heads) {
    const info = await device.sealpost?.conversation(conversation).info();
    if (!device.on || !ledger.logs.has(conversation)) return;
    check(
      (info?.cursor ?? 0) >= head,
      () => `device ${device.number} was told it has all, and has ${info?.cursor ?? 0} of ${head}`,
    );
  }
}
