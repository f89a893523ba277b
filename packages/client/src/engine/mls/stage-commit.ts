import {
  EngineMisuse,
  type Bytes,
  type DeviceRef,
  type KeyBundle,
  type Records,
  type StagedCommit,
  type Step,
} from '../engine.port.ts';
import type { EpochCache } from './epoch-cache.ts';
import { loadMember, moveRatchets, ratcheted, writeStaged } from './group-record.ts';
import { loadIdentity } from './identity.ts';
import { isNamed } from './leaves.ts';
import { makeCommit } from './make-commit.ts';
import { leavesOf, ownLeafOf, spendHandshakeKey, type Epoch } from './ts-mls.ts';

export interface CommitWanted {
  readonly conversation: string;
  readonly clientId: string;
  readonly adds: readonly KeyBundle[];
  readonly removes: readonly DeviceRef[];
  readonly profile: Bytes | null;
}

export async function stageCommit(
  records: Records,
  cache: EpochCache,
  wanted: CommitWanted,
): Promise<Step<StagedCommit>> {
  const { conversation, clientId, adds, profile } = wanted;
  const { self } = await loadIdentity(records);
  const group = await loadMember(records, cache, conversation);
  const { generation } = group;
  const keys = await ratcheted(records, group, 'all');
  const epoch = group.epoch + 1;
  const removes = wanted.removes.flatMap((device) => leavesOfDevice(keys, device));
  const made = await makeCommit(
    keys,
    { adds, removes: [...new Set(removes)], profile },
    { conversation, generation, epoch, sender: self, clientId, purpose: 'commit' },
  );
  const head = { clientId, mode: 'member', generation, epoch } as const;
  return {
    result: {
      conversation,
      ...head,
      adds: adds.map(({ device }) => device),
      removes: wanted.removes,
      parts: [made.commit, ...made.others],
    },
    writes: new Map([
      ...moveRatchets(group, group.seq, await spendHandshakeKey(keys)),
      ...writeStaged(conversation, head, made.keys),
    ]),
  };
}

/** All leaves under the device's name, but never our own: also one that somebody else put there in its name. */
function leavesOfDevice(keys: Epoch, device: DeviceRef): readonly number[] {
  const own = ownLeafOf(keys);
  const leaves = leavesOf(keys)
    .filter((leaf) => leaf.index !== own && isNamed(leaf, device))
    .map(({ index }) => index);
  if (leaves.length === 0) throw new EngineMisuse('unknown_device', 'not in the keys');
  return leaves;
}
