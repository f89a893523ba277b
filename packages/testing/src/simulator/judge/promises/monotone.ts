import type { AccountCursor } from '@sealpost/domain';
import type { Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

/** G8: within an incarnation cursors never go back, and never beyond each other. */
export function monotone(): Checker {
  const seen = new Map<string, AccountCursor>();
  return {
    promise: 'G8',
    see(testimony) {
      if (testimony.kind === 'restored') seen.clear();
    },
    async look(scene, check) {
      for (const [conversation, log] of scene.ledger.logs) {
        const { cursors } = scene.database.stores;
        for (const cursor of await cursors.ofConversation(conversation, [...log.members.keys()])) {
          const { account, delivered, read, shown } = cursor;
          const ordered = shown <= read && read <= delivered && delivered <= log.head;
          check(
            ordered,
            () => `shown ${shown}, read ${read}, delivered ${delivered} of ${log.head}`,
          );
          const key = `${conversation} ${account} ${await incarnationOf(scene, conversation, account)}`;
          const before = seen.get(key);
          seen.set(key, cursor);
          const rises =
            !before ||
            (before.delivered <= delivered && before.read <= read && before.shown <= shown);
          check(rises, () => `from ${JSON.stringify(before)} to ${JSON.stringify(cursor)}`);
        }
      }
    },
  };
}

/** The newest incarnation that any of the account's devices reported in. */
async function incarnationOf(
  { database, devices }: Scene,
  conversation: string,
  account: string,
): Promise<number> {
  const own = devices.flatMap(({ ref }) => (ref?.account === account ? [ref.device] : []));
  const cursors = await Promise.all(
    own.map((device) => database.stores.cursors.ofDevice(conversation, account, device)),
  );
  return Math.max(0, ...cursors.map((cursor) => cursor?.incarnation ?? 0));
}
