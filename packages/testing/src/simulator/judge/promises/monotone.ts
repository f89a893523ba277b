import type { AccountCursor, CursorPlace } from '@sealpost/domain';
import type { ClientPayload } from '@sealpost/protocol';
import type { Check, Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

/** G8: within an incarnation cursors never go back, and never beyond each other; what is told of a past one moves none. */
export function monotone(): Checker {
  const seen = new Map<string, AccountCursor>();
  /** By conversation and account, what the last restore left. */
  const restored = new Map<string, AccountCursor>();
  return {
    promise: 'G8',
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') {
        seen.clear();
        void noteAll(scene, restored);
      }
      if (testimony.kind !== 'answered' || testimony.what !== 'cursors' || !testimony.caller)
        return;
      const { account } = testimony.caller;
      const { cursors } = testimony.asked as ClientPayload<'cursors'>;
      for (const { conversation, incarnation } of cursors)
        if (incarnation !== scene.incarnation)
          void checkUnmoved(scene, { conversation, account }, restored, check);
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

const placeOf = ({ conversation, account }: CursorPlace): string => `${conversation} ${account}`;

async function noteAll(
  { database, ledger }: Scene,
  into: Map<string, AccountCursor>,
): Promise<void> {
  into.clear();
  const { cursors } = database.stores;
  for (const [conversation, log] of ledger.logs)
    for (const cursor of await cursors.ofConversation(conversation, [...log.members.keys()]))
      into.set(placeOf({ conversation, account: cursor.account }), cursor);
}

/** Until an account's devices say how far they are now, its values stay what the restore left. */
async function checkUnmoved(
  scene: Scene,
  place: CursorPlace,
  restored: ReadonlyMap<string, AccountCursor>,
  check: Check,
): Promise<void> {
  const { conversation, account } = place;
  const { cursors } = scene.database.stores;
  if ((await incarnationOf(scene, conversation, account)) === scene.incarnation) return;
  const [now] = await cursors.ofConversation(conversation, [account]);
  const left = restored.get(placeOf(place));
  const isMoved = (['delivered', 'read', 'shown'] as const).some(
    (name) => (now?.[name] ?? 0) !== (left?.[name] ?? 0),
  );
  check(!isMoved, () => `moved by what is past to ${JSON.stringify(now)}`);
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
