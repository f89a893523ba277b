import { type Acceptance, acceptanceIn } from '../acceptance.ts';
import type { Check, Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';
import { entriesGiven } from '../seen-entries.ts';

const promptMs = 3_000;
/** What was under way when something was mended has arrived by then. */
const calmMs = 10_000;

/** G5: who is connected where an entry is accepted is given it at once, when nothing is broken; others may wait for a comparison. */
export function prompt(): Checker {
  /** By device and conversation, the last entry that it was given. */
  const given = new Map<string, number>();
  return {
    promise: 'G5',
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') given.clear();
      const seen = entriesGiven(testimony);
      if (seen) {
        const key = `${seen.device.device} ${seen.conversation}`;
        given.set(key, Math.max(given.get(key) ?? 0, ...seen.entries.map(({ seq }) => seq)));
      }
      const accepted = acceptanceIn(testimony);
      if (!accepted || testimony.kind !== 'answered') return;
      const { process } = testimony;
      scene.timeline.after(promptMs, () => checkGiven(scene, process, accepted, given, check));
    },
  };
}

function checkGiven(
  scene: Scene,
  process: number,
  { conversation, device, seq }: Acceptance,
  given: ReadonlyMap<string, number>,
  check: Check,
): void {
  const log = scene.ledger.logs.get(conversation);
  if (!log || scene.calmForMs < calmMs) return;
  const since = scene.timeline.now - promptMs;
  const here = scene.processes.find(({ id }) => id === process)?.connections.all() ?? [];
  for (const { ref, link, open, since: connectedAt } of here) {
    const isDue = open && link.healthy && connectedAt < since && ref.device !== device;
    if (!isDue || !log.isMemberSince(ref.account, since)) continue;
    const last = given.get(`${ref.device} ${conversation}`) ?? 0;
    check(last >= seq, () => `${seq} was accepted, and ${last} is what others here have`);
  }
}
