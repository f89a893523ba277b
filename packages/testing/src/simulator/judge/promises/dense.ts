import type { Entry } from '@sealpost/domain';
import { told } from '../acceptance.ts';
import type { Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

/** G2: 1, 2, 3 … in every log. */
export function dense(): Checker {
  return {
    promise: 'G2',
    stored(entry, before, _, check) {
      check(entry.seq === before.head + 1, () => `after ${before.head} came ${told(entry)}`);
    },
    async conclude(scene, check) {
      for (const [conversation, log] of scene.ledger.logs) {
        const page = await scene.database.stores.log.page(conversation, 0, everything);
        const stored = await allEntries(scene, conversation, page?.head.floor ?? 0);
        check(page?.head.seq === log.head, () => `${conversation}: head ${page?.head.seq}`);
        const floor = page?.head.floor ?? 0;
        check(
          stored.length === log.head - floor,
          () => `${conversation}: ${stored.length} entries`,
        );
        stored.forEach((entry, index) => {
          const seq = floor + 1 + index;
          const same = log.at(seq)?.clientId === entry.clientId;
          check(entry.seq === seq && same, () => `${told(entry)} is not what was stored as ${seq}`);
        });
      }
    },
  };
}

const everything = { entries: 1_000_000, bytes: 1 << 30 };

const allEntries = async (
  { database }: Scene,
  conversation: string,
  after: number,
): Promise<readonly Entry[]> =>
  (await database.stores.log.page(conversation, after, everything))?.entries ?? [];
