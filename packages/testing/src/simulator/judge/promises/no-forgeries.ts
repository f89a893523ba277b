import type { Checker } from '../checker.ts';
import type { LedgerLog } from '../ledger.ts';

/** G19: what contradicts itself, or what its sender may not do, is refused by a name, and is in no log. */
export function noForgeries(): Checker {
  const forged = new Map<string, (before: LedgerLog) => boolean>();
  return {
    promise: 'G19',
    see(testimony, _, check) {
      if (testimony.kind === 'forged') forged.set(testimony.clientId, testimony.isWrong);
      if (testimony.kind === 'tried')
        check(!testimony.answered, () => `${testimony.what} is answered where it must not be`);
      if (testimony.kind !== 'answered' || testimony.what !== 'append') return;
      const { asked, answer } = testimony;
      if (answer.ok || !forged.has(clientIdIn(asked))) return;
      check(answer.error.code !== 'internal', () => 'the server failed at a forged entry');
    },
    stored(entry, before, _, check) {
      const isWrong = forged.get(entry.clientId);
      if (isWrong)
        check(!isWrong(before), () => `a forged ${entry.kind} is stored: ${told(entry.change)}`);
    },
  };
}

const clientIdIn = (asked: unknown): string =>
  (asked as { body: { clientId: string } }).body.clientId;

const told = (change: unknown): string => JSON.stringify(change);
