import type { ClientPayload } from '@sealpost/protocol';
import type { Testimony } from '../../testimony.ts';
import type { Check, Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

const promptMs = 2_000;
/** What was under way when something was mended has arrived by then. */
const calmMs = 10_000;

type Answered = Extract<Testimony, { kind: 'answered' }>;

/** G10: that somebody types is told to the members who are connected there, when nothing is broken. */
export function typing(): Checker {
  /** By the device that is told, the conversation and the device that types, when it was told last. */
  const toldAt = new Map<string, number>();
  return {
    promise: 'G10',
    see(testimony, scene, check) {
      if (testimony.kind === 'pushed' && testimony.push.event === 'typing') {
        const { conversation, device } = testimony.push.payload;
        toldAt.set(`${testimony.device.device} ${conversation} ${device}`, scene.timeline.now);
      }
      if (testimony.kind !== 'answered' || testimony.what !== 'typing') return;
      if (testimony.answer.ok)
        scene.timeline.after(promptMs, () => checkTold(testimony, scene, toldAt, check));
    },
  };
}

function checkTold(
  { asked, caller, process, since }: Answered,
  { calmForMs, ledger, processes }: Scene,
  toldAt: ReadonlyMap<string, number>,
  check: Check,
): void {
  const { conversation } = asked as ClientPayload<'typing'>;
  const log = ledger.logs.get(conversation);
  // In a direct conversation the other one may take nothing of it.
  if (!log || !caller || calmForMs < calmMs || log.founding?.kind === 'direct') return;
  const here = processes.find(({ id }) => id === process)?.connections.all() ?? [];
  for (const { ref, link, open, since: connectedAt } of here) {
    const isDue = open && link.healthy && connectedAt < since && ref.device !== caller.device;
    if (!isDue || !log.isMemberSince(ref.account, since)) continue;
    const at = toldAt.get(`${ref.device} ${conversation} ${caller.device}`) ?? -Infinity;
    check(at >= since, () => 'a member is not told that somebody types');
  }
}
