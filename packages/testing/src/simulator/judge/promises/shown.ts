import type { DeviceRef } from '@sealpost/domain';
import type { ClientPayload } from '@sealpost/protocol';
import type { SimConnection } from '../../server/sim-connections.ts';
import type { Check, Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

type Report = ClientPayload<'cursors'>['cursors'][number];

/** Reports are stored in rounds, and told in rounds again. */
const toldMs = 5_000;
const calmMs = 2 * toldMs;
/** What two processes were told within it may have been stored in either order. */
const togetherMs = 1_000;

/** G8: how far a device says it got is kept, and the others are shown it. */
export function shown(): Checker {
  /** By device, conversation and account, how far it was told last that somebody got. */
  const toldOf = new Map<string, number>();
  /** By conversation and account, how far any of its devices got, as was seen in the store when nothing was broken. */
  const highest = new Map<string, number>();
  /** What was answered within the time in which it is told. */
  let answered: readonly Reported[] = [];
  const isNews = ({ account }: DeviceRef, { conversation, delivered = 0 }: Report): boolean => {
    const key = `${conversation} ${account}`;
    const before = highest.get(key) ?? Infinity;
    if (delivered > before) highest.set(key, delivered);
    return delivered > before;
  };
  return {
    promise: 'G8',
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') for (const past of [toldOf, highest]) past.clear();
      if (testimony.kind === 'pushed' && testimony.push.event === 'receipts') {
        const { conversation, cursor } = testimony.push.payload;
        toldOf.set(
          `${testimony.device.device} ${conversation} ${cursor.account}`,
          cursor.delivered,
        );
      }
      if (testimony.kind !== 'answered' || testimony.what !== 'cursors') return;
      const { asked, answer, caller, process } = testimony;
      if (!answer.ok || !caller) return;
      for (const report of (asked as ClientPayload<'cursors'>).cursors) {
        if (report.incarnation !== scene.incarnation) continue;
        const reported = { scene, caller, report, process, at: scene.timeline.now };
        const isDue = isNews(caller, report);
        answered = [...answered.filter(({ at }) => at > reported.at - toldMs), reported];
        scene.timeline.after(toldMs, () => {
          void checkKept(reported, check);
          if (isDue && !answered.some((other) => mayHaveMoved(other, reported)))
            checkTold(reported, toldOf, check);
        });
      }
    },
    async look({ calmForMs, database, ledger }) {
      // A report whose answer was lost may have been stored, and told to nobody.
      if (calmForMs < calmMs) return highest.clear();
      for (const [conversation, log] of ledger.logs) {
        const accounts = [...log.members.keys()];
        for (const cursor of await database.stores.cursors.ofConversation(conversation, accounts)) {
          const key = `${conversation} ${cursor.account}`;
          highest.set(key, Math.max(highest.get(key) ?? 0, cursor.delivered));
        }
      }
    },
  };
}

interface Reported {
  readonly scene: Scene;
  readonly caller: DeviceRef;
  readonly report: Report;
  /** To which process: others may hear of it later. */
  readonly process: number;
  readonly at: number;
}

/** Whether it was another process that had to tell of it, which this one may not have heard. */
const mayHaveMoved = (other: Reported, { caller, report, process, at }: Reported): boolean =>
  other.caller.account === caller.account &&
  other.report.conversation === report.conversation &&
  other.process !== process &&
  (other.report.delivered ?? 0) >= (report.delivered ?? 0) &&
  other.at <= at + togetherMs;

/** What is beyond the log was never there to be read. */
const reachedBy = ({ scene, caller, report }: Reported, said = 0): number =>
  Math.min(said, scene.ledger.logs.get(report.conversation)?.endFor(caller.account) ?? 0);

async function checkKept(reported: Reported, check: Check): Promise<void> {
  const { scene, caller, report } = reported;
  if (report.incarnation !== scene.incarnation) return;
  const { conversation } = report;
  const { account, device } = caller;
  const { cursors } = scene.database.stores;
  const own = await cursors.ofDevice(conversation, account, device);
  const [all] = await cursors.ofConversation(conversation, [account]);
  const kept = { delivered: own?.delivered, read: all?.read, shown: all?.shown };
  // What is said to be read before it is said to be there counts as far as it is there, and as that report says it to be.
  const there = Math.min(all?.delivered ?? 0, report.delivered ?? Infinity);
  const most = { delivered: Infinity, read: there, shown: Math.min(there, all?.read ?? 0) };
  for (const name of ['delivered', 'read', 'shown'] as const) {
    const [said, now] = [Math.min(reachedBy(reported, report[name]), most[name]), kept[name] ?? 0];
    check(now >= said, () => `said to have ${name} ${said}, and ${now} is kept`);
  }
}

/** To those who have been connected all the while, when nothing was broken. */
function checkTold(reported: Reported, toldOf: ReadonlyMap<string, number>, check: Check): void {
  const { scene, caller, report, process } = reported;
  const log = scene.ledger.logs.get(report.conversation);
  const since = scene.timeline.now - toldMs;
  if (scene.calmForMs < calmMs || !log?.isMemberSince(caller.account, since)) return;
  const here = scene.processes.find(({ id }) => id === process)?.connections.all() ?? [];
  const due = here.filter(
    (one) => isThere(one, since) && log.isMemberSince(one.ref.account, since),
  );
  for (const { ref } of due) {
    const told = toldOf.get(`${ref.device} ${report.conversation} ${caller.account}`) ?? 0;
    check(
      told >= reachedBy(reported, report.delivered),
      () => `told of ${told}, and ${report.delivered} was said`,
    );
  }
}

const isThere = ({ open, link, since }: SimConnection, from: number): boolean =>
  open && link.healthy && since < from;
