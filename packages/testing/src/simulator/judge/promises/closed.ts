import { equalBytes } from '@sealpost/domain';
import type { Testimony } from '../../testimony.ts';
import type { Database } from '../../server/database.ts';
import { told } from '../acceptance.ts';
import type { Check, Checker } from '../checker.ts';
import type { LedgerLog } from '../ledger.ts';
import type { Scene } from '../scene.ts';
import { entriesGiven, type SeenEntries } from '../seen-entries.ts';
import { progressTold, type Told, toldBy } from '../told.ts';

/** What was decided before a revocation is stored by then, however long its way is. */
const onTheWayMs = 20_000;

/** G6: nobody else is given an entry, a part of one, or a word about the conversation. */
export function closed(): Checker {
  return {
    promise: 'G6',
    see(testimony, scene, check) {
      const given = entriesGiven(testimony);
      const log = given && scene.ledger.logs.get(given.conversation);
      if (given && log && given.incarnation === scene.incarnation) checkGiven(given, log, check);
      for (const one of toldBy(testimony, scene)) checkTold(one, scene, check);
      for (const { account, read, shown } of progressTold(testimony))
        check(
          read === shown || account === hearerOf(testimony),
          () => `told of ${read}, and ${shown} is what its reader shows`,
        );
    },
    stored({ conversation, seq, change }, _, { database, timeline: { wallTime } }, check) {
      for (const { device } of change?.addDevices ?? [])
        void revokedAt(database, device).then((at) =>
          check(
            at > wallTime - onTheWayMs,
            () => `${told({ conversation, seq })} lets in a device that was revoked`,
          ),
        );
    },
    async conclude(scene, check) {
      for (const [conversation, log] of scene.ledger.logs) {
        for (const device of log.keys.keys())
          if (log.hasKeys(device) && !log.owed.has(device))
            check(
              (await revokedAt(scene.database, device)) === Infinity,
              () => `${conversation.slice(0, 12)}: keys are for a device that was revoked`,
            );
        for (const account of log.members.keys()) {
          const stored = await scene.database.stores.accounts.find(account);
          const isLeft = stored?.deletedAt !== null && log.isMember(account);
          check(!isLeft, () => `${conversation.slice(0, 12)} has a member that is deleted`);
        }
      }
    },
  };
}

/** When a device was revoked, by the clock of the process that did it; Infinity: it was not. */
const revokedAt = async ({ stores }: Database, device: string): Promise<number> =>
  (await stores.devices.find(device))?.revokedAt ?? Infinity;

/** Entries of its account's membership only, and of each only what is for all or names the device. */
function checkGiven({ device, entries }: SeenEntries, log: LedgerLog, check: Check): void {
  for (const { seq, parts } of entries) {
    check(log.wasMember(device.account, seq), () => `given ${seq}, and no member then`);
    const own = (log.at(seq)?.parts ?? []).filter(({ audience }) =>
      typeof audience === 'string' ? audience === 'all' : audience.includes(device.device),
    );
    const isOwn = parts.every((part) => own.some(({ bytes }) => equalBytes(bytes, part.bytes)));
    check(isOwn, () => `given a part of ${seq} that is for another device`);
  }
}

const hearerOf = (testimony: Testimony): string | undefined =>
  testimony.kind === 'pushed'
    ? testimony.device.account
    : testimony.kind === 'answered'
      ? testimony.caller?.account
      : undefined;

function checkTold(
  { to, conversation, what, since, head, of }: Told,
  { ledger }: Scene,
  check: Check,
): void {
  const log = ledger.logs.get(conversation);
  const where = `${what} of ${conversation.slice(0, 12)}`;
  if (head !== null) {
    const end = log?.endFor(to.account, since) ?? null;
    check(end !== null && head <= end, () => `${where}: told of ${head}, and out since ${end}`);
    return;
  }
  const isIn = (account: string): boolean => log?.wasMemberSince(account, since) ?? false;
  check(isIn(to.account), () => `${where}: told to no member`);
  check(of.every(isIn), () => `${where}: tells of no member`);
}
