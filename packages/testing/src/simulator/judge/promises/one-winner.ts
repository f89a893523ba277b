import type { Entry } from '@sealpost/domain';
import { told } from '../acceptance.ts';
import type { Checker } from '../checker.ts';
import type { LedgerLog } from '../ledger.ts';

/** G7: each entry is made for the keys in force, and each change of keys follows on the one before. */
export function oneWinner(): Checker {
  return {
    promise: 'G7',
    stored(entry, before, _, check) {
      const epochs = `epoch ${entry.epoch} after ${before.epoch}`;
      if (entry.change === null) {
        const current = entry.epoch === before.epoch && entry.generation === before.generation;
        check(current, () => `${told(entry)}: a message of ${epochs}`);
        check(before.owed.size === 0, () => `${told(entry)}: a message while devices are owed`);
      } else if (entry.change.mode === null) {
        check(entry.epoch === before.epoch, () => `${told(entry)}: a roster entry of ${epochs}`);
      } else {
        check(entry.epoch === before.epoch + 1, () => `${told(entry)}: a commit of ${epochs}`);
        check(
          paysWhatIsOwed(entry, before),
          () => `${told(entry)}: a commit that leaves out who is owed`,
        );
      }
    },
  };
}

function paysWhatIsOwed({ change }: Entry, before: LedgerLog): boolean {
  if (change?.mode !== 'member') return true;
  const removed = new Set(change.removeDevices.map(({ device }) => device));
  return [...before.owed].every((device) => removed.has(device));
}
