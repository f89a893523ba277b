import type { EngineAttacks } from '@sealpost/testing';
import * as mls from 'ts-mls';
import { createConfirmationTag, createContentCommitSignature } from 'ts-mls/framedContent.js';
import { protect } from 'ts-mls/messageProtection.js';
import { bindingBytes } from '../../src/engine/binding.ts';
import type { Bytes } from '../../src/engine/engine.port.ts';
import { deviceOf } from '../../src/engine/mls/leaves.ts';
import {
  clientConfig,
  leavesOf,
  ownLeafOf,
  seal,
  type Epoch,
} from '../../src/engine/mls/ts-mls.ts';
import { epochOf, suite } from './mls-library.ts';
import { epochWithoutPath } from './mls-pathless-epoch.ts';

/** What ts-mls up to 1.6.2 made of a commit with one Remove (F1). */
export const pathlessRemoval: EngineAttacks['pathlessRemoval'] = async (
  records,
  binding,
  removed,
) => {
  const epoch = await epochOf(records, binding.conversation);
  const leaf = leavesOf(epoch).find((one) => deviceOf(one)?.device === removed.device);
  const authenticatedData = await bindingBytes({ ...binding, purpose: 'commit' }, null);
  const { commit, next } = await commitWithoutPath(epoch, leaf?.index ?? 0, authenticatedData);
  const bound = { ...binding, purpose: binding.class };
  const text = new TextEncoder().encode('said after the removal');
  const { bytes } = await seal(next, text, await bindingBytes(bound, null));
  return { commit, message: bytes };
};

async function commitWithoutPath(
  state: Epoch,
  removed: number,
  authenticatedData: Bytes,
): Promise<{ readonly commit: Bytes; readonly next: Epoch }> {
  const cs = await suite();
  const { keySchedule, groupContext, secretTree } = state;
  const own = ownLeafOf(state);
  const proposal: mls.Proposal = { proposalType: 'remove', remove: { removed } };
  const signed = await createContentCommitSignature(
    groupContext,
    'mls_private_message',
    { proposals: [{ proposalOrRefType: 'proposal', proposal }], path: undefined },
    { senderType: 'member', leafIndex: own },
    authenticatedData,
    state.signaturePrivateKey,
    cs.signature,
  );
  const next = await epochWithoutPath(state, signed, own);
  const confirmationTag = await createConfirmationTag(
    next.keySchedule.confirmationKey,
    next.groupContext.confirmedTranscriptHash,
    cs.hash,
  );
  const { signature, framedContent } = signed;
  const { privateMessage } = await protect(
    keySchedule.senderDataSecret,
    authenticatedData,
    groupContext,
    secretTree,
    { ...framedContent, auth: { contentType: 'commit', signature, confirmationTag } },
    own,
    clientConfig.paddingConfig,
    cs,
  );
  const wireformat = 'mls_private_message';
  const commit = mls.encodeMlsMessage({ version: 'mls10', wireformat, privateMessage });
  return { commit, next: { ...next, confirmationTag } };
}
