import { readBinding } from '../binding.ts';
import { sameBytes } from '../bytes.ts';
import { sameDevices } from '../device-ref.ts';
import type { Bytes, IncomingEntry, Processed, Step } from '../engine.port.ts';
import { writeGroup, type Group } from './group-record.ts';
import { deviceOf, isNamed, leafAt } from './leaves.ts';
import { MAX_COMMIT_BYTES, MAX_LEAVES } from './limits.ts';
import { partForAll } from './parts.ts';
import { treeDifference } from './tree-difference.ts';
import {
  groupIdOf,
  leavesOf,
  open,
  viewExternalCommit,
  widthOf,
  type Epoch,
  type Message,
  type OpenMessage,
  type SealedMessage,
} from './ts-mls.ts';
import { undecryptable } from './undecryptable.ts';
import type { ExternalCommitView, Leaf, Opened } from './views.ts';

type Member = Group & { readonly keys: Epoch };
interface ReadCommit {
  readonly message: SealedMessage | OpenMessage;
  readonly authenticatedData: Bytes;
  readonly groupId: Bytes;
  /** The leaf that an external commit brings. */
  readonly joiner: Leaf | null;
}

/** A commit of another device on the current epoch. Whatever fails, the log has moved on: only a rejoin helps. */
export async function processCommit(group: Member, entry: IncomingEntry): Promise<Step<Processed>> {
  const { conversation, generation, epoch, sender, clientId, seq } = entry;
  if (epoch !== group.epoch + 1) return undecryptable('fork', 'rejoin');
  const message = await partForAll(entry, MAX_COMMIT_BYTES);
  const commit = message && readCommit(message, group.keys, entry.mode);
  if (!commit) return undecryptable('malformed', 'rejoin');
  const bound = { conversation, generation, epoch, sender, clientId, purpose: 'commit' } as const;
  const isOfGroup = sameBytes(commit.groupId, groupIdOf(group.keys));
  if (!isOfGroup || !(await readBinding(commit.authenticatedData, bound))) {
    return undecryptable('bad_auth', 'rejoin');
  }
  const { opened, epoch: keys } = await open(group.keys, commit.message);
  if (opened.kind !== 'commit') {
    const authentic = opened.kind === 'failed' && opened.authentic;
    return undecryptable(authentic ? 'fork' : 'bad_auth', 'rejoin');
  }
  const before = leavesOf(group.keys);
  const committer = opened.sender === null ? commit.joiner : leafAt(before, opened.sender);
  if (!committer || !isNamed(committer, sender)) return undecryptable('bad_auth', 'rejoin');
  if (!hasFreshPath(opened, committer, keys) || widthOf(keys) > MAX_LEAVES) {
    return undecryptable('fork', 'rejoin');
  }
  const joiner = opened.sender === null ? sender : null;
  const { added, removed } = treeDifference(before, leavesOf(keys), joiner);
  const mismatch = !sameDevices(added, entry.adds) || !sameDevices(removed, entry.removes);
  const self = opened.active ? 'member' : 'removed';
  const next = { generation, epoch, seq, keys: opened.active ? keys : null };
  return {
    result: { kind: 'commit', epoch, added, removed, mismatch, self },
    writes: writeGroup(conversation, next),
  };
}

/** Null for what is no commit, and for one of another mode than the entry says. */
function readCommit(message: Message, keys: Epoch, mode: IncomingEntry['mode']): ReadCommit | null {
  if (message.wireformat === 'mls_private_message' && mode === 'member') {
    const { contentType, authenticatedData, groupId } = message.privateMessage;
    const isCommit = contentType === 'commit';
    return isCommit ? { message, authenticatedData, groupId, joiner: null } : null;
  }
  if (message.wireformat !== 'mls_public_message' || mode !== 'external') return null;
  const external = viewExternalCommit(message);
  if (!external || !mayReplace(external, keys)) return null;
  const { authenticatedData, groupId } = message.publicMessage.content;
  return { message, authenticatedData, groupId, joiner: external.joiner };
}

/**
 * An external commit may only remove an old leaf of its own device (RFC 9420, 12.4.3.2). The library does not check
 * this, and walks for ever from a leaf that lies outside of the tree.
 */
function mayReplace({ joiner, replaced }: ExternalCommitView, keys: Epoch): boolean {
  if (replaced === null) return true;
  const device = deviceOf(joiner);
  const old = leafAt(leavesOf(keys), replaced);
  return device !== null && old !== null && isNamed(old, device);
}

/**
 * Whoever was removed knows the old secrets, so a commit that removes must bring fresh ones by an update path (F1). The
 * path replaces the committer's encryption key, which can be seen whatever the library checks.
 */
function hasFreshPath(
  { needsPath, active, sender }: Extract<Opened, { kind: 'commit' }>,
  committer: Leaf,
  keys: Epoch,
): boolean {
  if (!needsPath || !active || sender === null) return true;
  const now = leafAt(leavesOf(keys), sender);
  return now !== null && !sameBytes(now.encryptionKey, committer.encryptionKey);
}
