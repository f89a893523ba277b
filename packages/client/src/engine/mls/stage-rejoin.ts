import { bindingBytes } from '../binding.ts';
import { sameBytes } from '../bytes.ts';
import {
  EngineMisuse,
  type Bytes,
  type Part,
  type Records,
  type StagedCommit,
  type Step,
} from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { encodeCredential } from './credential.ts';
import { writeStaged } from './group-record.ts';
import { loadIdentity } from './identity.ts';
import { MAX_PART_BYTES } from './limits.ts';
import { assertWidth } from './make-commit.ts';
import { encodePosition, groupIdFor, readPosition } from './position.ts';
import {
  decodeMessage,
  groupInfoOf,
  newKeyPackage,
  viewGroupInfo,
  type GroupInfo,
} from './ts-mls.ts';
import { joinByCommit } from './ts-mls-join.ts';
import type { GroupInfoView } from './views.ts';

export interface RejoinWanted {
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
  readonly clientId: string;
  readonly groupInfo: Bytes;
}

export async function stageRejoin(
  records: Records,
  wanted: RejoinWanted,
): Promise<Step<StagedCommit>> {
  const { conversation, generation, epoch, clientId } = wanted;
  const { self, keys: signatureKeys } = await loadIdentity(records);
  const { groupInfo, view } = await readGroupInfo(wanted);
  // Only a leaf with our key can be replaced; the library searches for it without end if there is none (F4).
  const replace = view.leaves.some((leaf) => sameBytes(leaf.signatureKey, signatureKeys.publicKey));
  if (replace && view.leaves.length === 1) {
    throw new EngineMisuse('unsupported', 'the only device in the keys cannot replace itself');
  }
  const own = await newKeyPackage(encodeCredential(self), signatureKeys);
  const binding = await bindingBytes(
    { conversation, generation, epoch, sender: self, clientId, purpose: 'commit' },
    null,
  );
  const joined = await attempt(() => joinByCommit(groupInfo, own, replace, binding));
  if (joined === null) throw unusable();
  assertWidth(joined.epoch);
  const next = await groupInfoOf(joined.epoch, encodePosition({ epoch, binding }));
  const head = { clientId, mode: 'external', generation, epoch } as const;
  const parts: Part[] = [
    { audience: 'all', bytes: joined.commit },
    { audience: 'joiners', bytes: next },
  ];
  return {
    result: { conversation, ...head, adds: [self], removes: [], parts },
    writes: writeStaged(conversation, head, joined.epoch),
  };
}

/** A stale GroupInfo would lead to a commit that the log accepts and no member can apply: it is turned down here. */
async function readGroupInfo(
  wanted: RejoinWanted,
): Promise<{ readonly groupInfo: GroupInfo; readonly view: GroupInfoView }> {
  if (wanted.groupInfo.length > MAX_PART_BYTES) throw unusable();
  const message = await attempt(() => decodeMessage(wanted.groupInfo));
  if (message?.wireformat !== 'mls_group_info') throw unusable();
  const { groupInfo } = message;
  const view = await attempt(() => viewGroupInfo(groupInfo));
  const groupId = groupIdFor(wanted.conversation, wanted.generation);
  const isCurrent =
    view !== null &&
    sameBytes(view.groupId, groupId) &&
    readPosition(view.position)?.epoch === wanted.epoch - 1;
  if (!isCurrent) throw unusable();
  return { groupInfo, view };
}

const unusable = (): EngineMisuse =>
  new EngineMisuse('unusable_group_info', 'the GroupInfo cannot be used');
