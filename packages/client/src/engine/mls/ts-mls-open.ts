import * as mls from 'ts-mls';
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import { failingAdds } from './ts-mls-adds.ts';
import {
  clientConfig,
  settled,
  suite,
  viewExternalCommit,
  type Epoch,
  type OpenMessage,
  type SealedMessage,
} from './ts-mls.ts';
import type { Opened } from './views.ts';

/** Verifies, decrypts and applies a message or a commit of another device. Throws nothing that the bytes can cause. */
export async function open(
  epoch: Epoch,
  message: SealedMessage | OpenMessage,
): Promise<{ readonly opened: Opened; readonly epoch: Epoch }> {
  const judged: { readonly sender: number | null; readonly needsPath: boolean }[] = [];
  const judge: mls.IncomingMessageCallback = (incoming) => {
    if (incoming.kind === 'proposal') return 'reject';
    const types = incoming.proposals.map(({ proposal }) => proposal.proposalType);
    const sender = incoming.senderLeafIndex ?? null;
    judged.push({ sender, needsPath: types.length === 0 || types.some((type) => type !== 'add') });
    const allowed = sender === null ? ['external_init', 'remove'] : ['add', 'remove'];
    return types.every((type) => allowed.some((one) => one === type)) ? 'accept' : 'reject';
  };
  const failed = () =>
    ({ opened: { kind: 'failed', authentic: judged.length > 0 }, epoch }) as const;
  const cs = await suite();
  try {
    if (!(await isSafe(epoch, message))) return failed();
    const result = await mls.processMessage(message, epoch, mls.emptyPskIndex, judge, cs);
    if (result.kind === 'applicationMessage') {
      const sender = changedLeaf(epoch, result.newState);
      for (const secret of result.consumed) secret.fill(0);
      const plaintext = result.message.slice();
      if (sender === null) return failed();
      return { opened: { kind: 'message', sender, plaintext }, epoch: result.newState };
    }
    const [commit] = judged;
    if (commit === undefined || result.actionTaken === 'reject') return failed();
    const active = result.newState.groupActiveState.kind === 'active';
    return { opened: { kind: 'commit', ...commit, active }, epoch: settled(result.newState) };
  } catch {
    // A failed signature, a decoder's RangeError, whatever the bytes bring about: the state is as it was.
    return failed();
  }
}

/** The library does not tell who sent a message (F3): it is whose ratchet moved. */
function changedLeaf({ secretTree: before }: Epoch, { secretTree: after }: Epoch): number | null {
  const changed: number[] = [];
  for (let at = 0; at < after.length; at += 2) if (after[at] !== before[at]) changed.push(at / 2);
  return changed.length === 1 ? (changed[0] ?? null) : null;
}

/** Whether the library survives the message: its own judgement of several Adds may end the process (F17). Throws when it does not decrypt. */
async function isSafe(epoch: Epoch, message: SealedMessage | OpenMessage): Promise<boolean> {
  if (message.wireformat === 'mls_public_message') return viewExternalCommit(message) !== null;
  const { privateMessage } = message;
  if (privateMessage.contentType !== 'commit') return true;
  const { content } = await unprotectPrivateMessage(
    epoch.keySchedule.senderDataSecret,
    privateMessage,
    epoch.secretTree,
    epoch.ratchetTree,
    epoch.groupContext,
    clientConfig.keyRetentionConfig,
    await suite(),
  );
  const { content: framed } = content;
  if (framed.contentType !== 'commit' || framed.sender.senderType !== 'member') return false;
  const proposals = framed.commit.proposals.flatMap((one) =>
    one.proposalOrRefType === 'proposal' ? [one.proposal] : [],
  );
  const adds = proposals.flatMap((one) => (one.proposalType === 'add' ? [one.add.keyPackage] : []));
  const removes = proposals.flatMap((one) =>
    one.proposalType === 'remove' ? [one.remove.removed] : [],
  );
  const failing = await failingAdds(epoch, { adds, removes }, framed.sender.leafIndex, false);
  return failing.length === 0;
}
