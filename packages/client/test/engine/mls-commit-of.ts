import type { CommitTrick, EngineAttacks } from '@sealpost/testing';
import * as mls from 'ts-mls';
import { bindingBytes } from '../../src/engine/binding.ts';
import { encodeCredential } from '../../src/engine/mls/credential.ts';
import { encodePosition } from '../../src/engine/mls/position.ts';
import { ownLeafOf, SUITE, type Epoch } from '../../src/engine/mls/ts-mls.ts';
import { epochOf, suite, wire } from './mls-library.ts';

/** A commit as its maker likes it, under a binding that says whatever he likes. */
export const commitOf: EngineAttacks['commitOf'] = async (records, binding, trick) => {
  const epoch = await epochOf(records, binding.conversation);
  const state = trick.kind === 'rename' ? renamed(epoch, encodeCredential(trick.to)) : epoch;
  const authenticatedData = await bindingBytes({ ...binding, purpose: 'commit' }, null);
  const position = encodePosition({ epoch: binding.epoch, binding: authenticatedData });
  const cs = await suite();
  // Who attacks does not mind what is signed by whom.
  const careless = { ...cs, signature: { ...cs.signature, verify: async () => true } };
  const { commit, welcome } = await mls.createCommit(
    { state, cipherSuite: careless },
    {
      extraProposals: await proposalsOf(trick),
      ratchetTreeExtension: true,
      authenticatedData,
      groupInfoExtensions: [{ extensionType: 0xf5ea, extensionData: position }],
    },
  );
  return {
    commit: mls.encodeMlsMessage(commit),
    welcome: welcome
      ? mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome })
      : null,
  };
};

async function proposalsOf(trick: CommitTrick): Promise<mls.Proposal[]> {
  if (trick.kind === 'add') {
    return trick.bundles.map(({ body }) => {
      const message = wire(body);
      if (message.wireformat !== 'mls_key_package') throw new Error('no key package');
      return { proposalType: 'add', add: { keyPackage: message.keyPackage } };
    });
  }
  if (trick.kind === 'extensions') {
    const groupContextExtensions = { extensions: [] };
    return [{ proposalType: 'group_context_extensions', groupContextExtensions }];
  }
  if (trick.kind !== 'reinit') return [];
  const groupId = new Uint8Array(8);
  const reinit = { groupId, version: 'mls10', cipherSuite: SUITE, extensions: [] } as const;
  return [{ proposalType: 'reinit', reinit: { ...reinit, extensions: [] } }];
}

function renamed(epoch: Epoch, identity: Uint8Array): Epoch {
  const own = 2 * ownLeafOf(epoch);
  const ratchetTree = epoch.ratchetTree.map((node, at) => {
    if (node?.nodeType !== 'leaf' || at !== own) return node;
    const credential = { credentialType: 'basic' as const, identity };
    return { ...node, leaf: { ...node.leaf, credential } };
  });
  return { ...epoch, ratchetTree };
}
