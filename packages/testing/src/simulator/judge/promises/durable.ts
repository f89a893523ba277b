import { type Acceptance, acceptanceIn, told } from '../acceptance.ts';
import type { Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

interface Shown {
  readonly conversation: string;
  readonly clientId: string;
}

/** G1: who is told that an entry is accepted can rely on it. */
export function durable(): Checker {
  let accepted: Acceptance[] = [];
  /** What applications were told. */
  let shown: Shown[] = [];
  let restored = false;
  const isIn = ({ ledger }: Scene, { conversation, clientId }: Shown): boolean =>
    ledger.logs.get(conversation)?.entries.some((entry) => entry.clientId === clientId) ?? false;
  const isThere = (scene: Scene, { conversation, seq, device, clientId }: Acceptance): boolean => {
    const entry = scene.ledger.logs.get(conversation)?.at(seq);
    return entry?.clientId === clientId && entry.sender.device === device;
  };
  return {
    promise: 'G1',
    see(testimony, scene, check) {
      // What came after the backup is not there after the restore, as everybody is told.
      if (testimony.kind === 'restored')
        accepted = accepted.filter(({ conversation, seq }) =>
          Boolean(scene.ledger.logs.get(conversation)?.at(seq)),
        );
      if (testimony.kind === 'restored') shown = [];
      // An answer of before a restore may be shown after it.
      if (testimony.kind === 'accepted' && (!restored || isIn(scene, testimony)))
        shown.push(testimony);
      restored ||= testimony.kind === 'restored';
      const acceptance = acceptanceIn(testimony);
      if (!acceptance) return;
      accepted.push(acceptance);
      check(isThere(scene, acceptance), () => `accepted, and not stored: ${told(acceptance)}`);
    },
    async conclude(scene, check) {
      for (const acceptance of accepted)
        check(isThere(scene, acceptance), () => `accepted, and gone: ${told(acceptance)}`);
      for (const one of shown)
        check(
          isIn(scene, one),
          () => `shown as accepted, and not in ${one.conversation.slice(0, 12)}`,
        );
    },
  };
}
