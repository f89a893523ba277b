import { type Acceptance, acceptanceIn, told } from '../acceptance.ts';
import type { Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

/** G1: who is told that an entry is accepted can rely on it. */
export function durable(): Checker {
  let accepted: Acceptance[] = [];
  /** What applications were told, by conversation and client id. */
  let shown: { readonly conversation: string; readonly clientId: string }[] = [];
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
      if (testimony.kind === 'accepted') shown.push(testimony);
      const acceptance = acceptanceIn(testimony);
      if (!acceptance) return;
      accepted.push(acceptance);
      check(isThere(scene, acceptance), () => `accepted, and not stored: ${told(acceptance)}`);
    },
    async conclude(scene, check) {
      for (const acceptance of accepted)
        check(isThere(scene, acceptance), () => `accepted, and gone: ${told(acceptance)}`);
      for (const { conversation, clientId } of shown) {
        const entries = scene.ledger.logs.get(conversation)?.entries ?? [];
        const there = entries.some((entry) => entry.clientId === clientId);
        check(there, () => `shown as accepted, and not in ${conversation.slice(0, 12)}`);
      }
    },
  };
}
