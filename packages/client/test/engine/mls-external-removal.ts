import type { EngineAttacks } from '@sealpost/testing';
import * as mls from 'ts-mls';
import { createContentCommitSignature } from 'ts-mls/framedContent.js';
import { bindingBytes } from '../../src/engine/binding.ts';
import { encodeCredential } from '../../src/engine/mls/credential.ts';
import { loadIdentity } from '../../src/engine/mls/identity.ts';
import { newKeyPackage } from '../../src/engine/mls/ts-mls.ts';
import { joinByCommit } from '../../src/engine/mls/ts-mls-join.ts';
import { suite, wire } from './mls-library.ts';

/** An external commit, signed anew over proposals that also remove somebody's leaf. */
export const externalRemoval: EngineAttacks['externalRemoval'] = async (
  records,
  binding,
  groupInfoBytes,
  removed,
) => {
  const { self, keys } = await loadIdentity({ get: async (key) => records.get(key) ?? null });
  const own = await newKeyPackage(encodeCredential(self), keys);
  const { groupInfo } = asGroupInfo(wire(groupInfoBytes));
  const authenticatedData = await bindingBytes({ ...binding, purpose: 'commit' }, null);
  const joined = await joinByCommit(groupInfo, own, false, authenticatedData);
  const { publicMessage } = asPublic(wire(joined.commit));
  const { content, auth } = publicMessage;
  if (content.contentType !== 'commit' || auth.contentType !== 'commit')
    throw new Error('no commit');
  const proposal: mls.Proposal = { proposalType: 'remove', remove: { removed } };
  const removal = { proposalOrRefType: 'proposal' as const, proposal };
  const { signature, framedContent } = await createContentCommitSignature(
    groupInfo.groupContext,
    'mls_public_message',
    { ...content.commit, proposals: [removal, ...content.commit.proposals] },
    { senderType: 'new_member_commit' },
    authenticatedData,
    keys.signKey,
    (await suite()).signature,
  );
  return mls.encodeMlsMessage({
    version: 'mls10',
    wireformat: 'mls_public_message',
    publicMessage: {
      senderType: 'new_member_commit',
      content: framedContent,
      auth: { ...auth, signature },
    },
  });
};

function asGroupInfo(message: mls.MLSMessage): mls.MlsGroupInfo {
  if (message.wireformat !== 'mls_group_info') throw new Error('no GroupInfo');
  return message;
}

function asPublic(message: mls.MLSMessage): mls.MlsPublicMessage {
  if (message.wireformat !== 'mls_public_message') throw new Error('no public message');
  return message;
}
