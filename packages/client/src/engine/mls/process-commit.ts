import { readBinding } from '../binding.ts';
import { sameDevices } from '../device-ref.ts';
import type { Bytes, IncomingEntry, Processed, Records, Step } from '../engine.port.ts';
import { hasFreshPath } from './fresh-path.ts';
import { type Member, ratcheted, writeGroup } from './group-record.ts';
import { deviceOf, isNamed, leafAt } from './leaves.ts';
import { MAX_COMMIT_BYTES, MAX_LEAVES } from './limits.ts';
import { partForAll } from './parts.ts';
import { treeDifference } from './tree-difference.ts';
import {
  leavesOf,
  viewExternalCommit,
  widthOf,
  type Epoch,
  type Message,
  type OpenMessage,
  type SealedMessage,
} from './ts-mls.ts';
import { open } from './ts-mls-open.ts';
import { undecryptable } from './undecryptable.ts';
import type { ExternalCommitView, Leaf } from './views.ts';

interface ReadCommit {
  readonly message: SealedMessage | OpenMessage;
  readonly authenticatedData: Bytes;
  /** The leaf that an external commit brings. */
  readonly joiner: Leaf | null;
}

/** A commit of another device on the current epoch. Whatever fails, the log has moved on: only a rejoin helps. */
export async function processCommit(
  records: Records,
  group: Member,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  const { conversation, generation, epoch, sender, clientId, seq } = entry;
  if (epoch !== group.epoch + 1) return undecryptable('fork', 'rejoin');
  const message = await partForAll(entry, MAX_COMMIT_BYTES);
  const commit = message && readCommit(message, group.keys, entry.mode);
  if (!commit) return undecryptable('malformed', 'rejoin');
  const bound = { conversation, generation, epoch, sender, clientId, purpose: 'commit' } as const;
  if (!(await readBinding(commit.authenticatedData, bound))) {
    return undecryptable('bad_auth', 'rejoin');
  }
  const { opened, epoch: keys } = await open(
    await ratcheted(records, group, 'all'),
    commit.message,
  );
  if (opened.kind !== 'commit') {
    const authentic = opened.kind === 'failed' && opened.authentic;
    return undecryptable(authentic ? 'fork' : 'bad_auth', 'rejoin');
  }
  const before = leavesOf(group.keys);
  const committer = opened.sender === null ? commit.joiner : leafAt(before, opened.sender);
  if (!committer || !isNamed(committer, sender)) return undecryptable('bad_auth', 'rejoin');
  const isHealing = hasFreshPath(opened, before, leavesOf(keys));
  if (!isHealing || widthOf(keys) > MAX_LEAVES) {
    return undecryptable('fork', 'rejoin');
  }
  const joiner = opened.sender === null ? sender : null;
  const { added, removed } = treeDifference(before, leavesOf(keys), joiner);
  const mismatch = !sameDevices(added, entry.adds) || !sameDevices(removed, entry.removes);
  const self = opened.active ? 'member' : 'removed';
  const next = { generation, epoch, seq, keys: opened.active ? keys : null };
  return {
    result: { kind: 'commit', epoch, added, removed, mismatch, self },
    writes: await writeGroup(records, conversation, next),
  };
}

/** Null for what is no commit, and for one of another mode than the entry says. */
function readCommit(message: Message, keys: Epoch, mode: IncomingEntry['mode']): ReadCommit | null {
  if (message.wireformat === 'mls_private_message' && mode === 'member') {
    const { contentType, authenticatedData } = message.privateMessage;
    const isCommit = contentType === 'commit';
    return isCommit ? { message, authenticatedData, joiner: null } : null;
  }
  if (message.wireformat !== 'mls_public_message' || mode !== 'external') return null;
  const external = viewExternalCommit(message);
  if (!external || !mayReplace(external, keys)) return null;
  const { authenticatedData } = message.publicMessage.content;
  return { message, authenticatedData, joiner: external.joiner };
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
