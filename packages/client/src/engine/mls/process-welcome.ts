import { readBinding, type Bound } from '../binding.ts';
import { sameBytes } from '../bytes.ts';
import type { Bytes, DeviceRef, IncomingEntry, Processed, Records, Step } from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { findBundle, type FoundBundle } from './bundles.ts';
import { writeGroup } from './group-record.ts';
import { isNamed, leafAt } from './leaves.ts';
import { MAX_PART_BYTES } from './limits.ts';
import { openSealed } from './open-sealed.ts';
import { partsForDevice } from './parts.ts';
import { groupIdFor, readPosition } from './position.ts';
import {
  leavesOf,
  ownLeafOf,
  viewGroupInfo,
  welcomeRefs,
  type Epoch,
  type Message,
  type Welcome,
} from './ts-mls.ts';
import { joinByWelcome, openWelcome } from './ts-mls-join.ts';
import { undecryptable } from './undecryptable.ts';

/** A key change that this device cannot apply, perhaps with a Welcome for it. */
export async function processWelcome(
  records: Records,
  self: DeviceRef,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  const parts = await partsForDevice(entry, MAX_PART_BYTES);
  const [welcome] = parts.flatMap((part) =>
    part.wireformat === 'mls_welcome' ? [part.welcome] : [],
  );
  if (!welcome) {
    const wasGiven = entry.parts.some(({ audience }) => audience === 'device');
    return undecryptable(wasGiven && parts.length === 0 ? 'malformed' : 'no_session', 'rejoin');
  }
  const bundle = await findBundle(records, welcomeRefs(welcome));
  if (!bundle) return undecryptable('no_session', 'rejoin');
  const { conversation, generation, epoch, sender, clientId, seq } = entry;
  const bound = { conversation, generation, epoch, sender, clientId, purpose: 'commit' } as const;
  const joined = await join(welcome, bundle, bound);
  const own = joined && leafAt(leavesOf(joined), ownLeafOf(joined));
  if (!joined || !own || !isNamed(own, self)) return undecryptable('bad_auth', 'rejoin');
  const { profile, keys } = await openProfile(joined, parts, bound);
  const { lastResort } = bundle;
  return {
    result: { kind: 'joined', epoch, generation, profile, lastResort },
    writes: new Map([
      ...bundle.spend,
      ...(await writeGroup(records, conversation, { generation, epoch, seq, keys })),
    ]),
  };
}

/** The keys that the Welcome leads to, if the committer that signed it made it for this very entry. */
async function join(welcome: Welcome, { own }: FoundBundle, bound: Bound): Promise<Epoch | null> {
  const opened = await attempt(() => openWelcome(welcome, own));
  const view = opened && (await attempt(() => viewGroupInfo(opened.groupInfo)));
  const position = view && readPosition(view.position);
  const isOfEntry =
    view?.signer &&
    position &&
    isNamed(view.signer, bound.sender) &&
    sameBytes(view.groupId, groupIdFor(bound.conversation, bound.generation)) &&
    (await readBinding(position.binding, bound));
  return isOfEntry ? attempt(() => joinByWelcome(opened, own)) : null;
}

/** A profile that cannot be read is as good as none: the join holds. */
async function openProfile(
  keys: Epoch,
  parts: readonly Message[],
  bound: Bound,
): Promise<{ readonly profile: Bytes | null; readonly keys: Epoch }> {
  const sealed = parts.find((part) => part.wireformat === 'mls_private_message');
  if (!sealed) return { profile: null, keys };
  const opened = await openSealed(keys, sealed, { ...bound, purpose: 'profile' });
  return opened.ok ? { profile: opened.plaintext, keys: opened.keys } : { profile: null, keys };
}
