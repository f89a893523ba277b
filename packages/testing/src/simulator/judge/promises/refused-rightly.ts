import type { Change } from '@sealpost/domain';
import type { Testimony } from '../../testimony.ts';
import type { Check, Checker } from '../checker.ts';
import type { LedgerLog } from '../ledger.ts';
import type { Scene } from '../scene.ts';

const longestWaitMs = 10_000;
/** So long after it was taken back, a block may yet be remembered. */
const rememberedMs = 4_000;

/** What was to be appended, as far as a refusal speaks of it. */
interface Wanted {
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
}

/** G7: whom a refusal tells that the keys changed, that somebody takes nothing, or that there is nothing for it, is told the truth. */
export function refusedRightly(): Checker {
  const forged = new Set<string>();
  /** By who blocked and whom, when that was taken back last. */
  const unblockedAt = new Map<string, number>();
  return {
    promise: 'G7',
    see(testimony, scene, check) {
      if (testimony.kind === 'forged') forged.add(testimony.clientId);
      if (testimony.kind === 'restored') unblockedAt.clear();
      const ended = unblockedIn(testimony);
      if (ended !== null) unblockedAt.set(ended, scene.timeline.now);
      const wanted = refusedIn(testimony);
      if (!wanted || testimony.kind !== 'answered' || testimony.answer.ok) return;
      const { caller, since } = testimony;
      const { error } = testimony.answer;
      const { code } = error;
      const log = scene.ledger.logs.get(wanted.conversation);
      const where = wanted.conversation.slice(0, 12);
      check(
        code !== 'invalid_change' || forged.has(clientIdIn(testimony.asked)),
        () => `${where}: a change that an application made is refused as ${JSON.stringify(error)}`,
      );
      if (!caller) return;
      if (code === 'not_accepting')
        void checkRefusing(scene, caller.account, accountsIn(error), unblockedAt, check);
      if (!log) return;
      if (code === 'stale_epoch') {
        const inForce = log.generation === wanted.generation && log.epoch === wanted.epoch;
        check(
          !inForce || log.keyedAt >= since,
          () => `${where}: refused as stale, and made for the keys in force`,
        );
      }
      if (code === 'too_soon' && 'retryAfterMs' in error)
        check(
          error.retryAfterMs <= longestWaitMs && !onlyPays(testimony.asked, log),
          () => `${where}: to wait for ${error.retryAfterMs} ms`,
        );
      if (code === 'busy')
        check(log.movedAt >= since, () => `${where}: refused as busy, and nothing happened`);
      if (code === 'not_found')
        check(
          !log.isMemberSince(caller.account, since),
          () => `${where}: a member is told that there is no such conversation`,
        );
    },
  };
}

const accountsIn = (error: object): readonly string[] =>
  'accounts' in error ? (error.accounts as readonly string[]) : [];

const pairOf = (owner: string, blocked: string): string => `${owner} ${blocked}`;

function unblockedIn(testimony: Testimony): string | null {
  if (testimony.kind !== 'answered' || testimony.what !== 'unblock' || !testimony.caller)
    return null;
  const { account } = (testimony.asked as { params: { account: string } }).params;
  return pairOf(testimony.caller.account, account);
}

/** Whoever is said to take nothing does so, or did a moment ago. */
async function checkRefusing(
  { database, timeline: { now } }: Scene,
  caller: string,
  named: readonly string[],
  unblockedAt: ReadonlyMap<string, number>,
  check: Check,
): Promise<void> {
  const refusing = await database.stores.accounts.refusing(caller, named);
  const rightly = named.every(
    (owner) =>
      refusing.includes(owner) ||
      (unblockedAt.get(pairOf(owner, caller)) ?? -Infinity) > now - rememberedMs,
  );
  check(named.length > 0 && rightly, () => 'refused, and nobody refuses');
}

function refusedIn(testimony: Testimony): Wanted | null {
  if (testimony.kind !== 'answered' || testimony.answer.ok) return null;
  if (testimony.what === 'send') return testimony.asked as Wanted;
  if (testimony.what !== 'append') return null;
  const { params, body } = testimony.asked as {
    params: { conversation: string };
    body: Omit<Wanted, 'conversation'>;
  };
  return { ...body, ...params };
}

const clientIdIn = (asked: unknown): string =>
  (asked as { body?: { clientId: string } }).body?.clientId ?? '';

/** Whether a change of keys only takes out who is owed: for that nobody ever waits. */
function onlyPays(asked: unknown, { owed }: LedgerLog): boolean {
  const { change } = (asked as { body: { change: Change | null } }).body;
  if (change?.mode !== 'member' || change.removeDevices.length === 0) return false;
  const { addMembers, removeMembers, setRoles, addDevices } = change;
  const more = [...addMembers, ...removeMembers, ...setRoles, ...addDevices];
  return more.length === 0 && change.removeDevices.every(({ device }) => owed.has(device));
}
