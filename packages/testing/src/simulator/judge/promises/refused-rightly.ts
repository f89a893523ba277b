import type { Change } from '@sealpost/domain';
import type { Testimony } from '../../testimony.ts';
import type { Checker } from '../checker.ts';
import type { LedgerLog } from '../ledger.ts';

const longestWaitMs = 10_000;

/** What was to be appended, as far as a refusal speaks of it. */
interface Wanted {
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
}

/** G7: whom a refusal tells that the keys changed, or that there is nothing for it, is told the truth. */
export function refusedRightly(): Checker {
  const forged = new Set<string>();
  return {
    promise: 'G7',
    see(testimony, scene, check) {
      if (testimony.kind === 'forged') forged.add(testimony.clientId);
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
      if (!log || !caller) return;
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
      if (code === 'not_found')
        check(
          !log.isMemberSince(caller.account, since),
          () => `${where}: a member is told that there is no such conversation`,
        );
    },
  };
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
