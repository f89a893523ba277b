import * as mls from 'ts-mls';
import { applyProposals, nextEpochContext } from 'ts-mls/clientState.js';
import type { createContentCommitSignature } from 'ts-mls/framedContent.js';
import { initializeEpoch } from 'ts-mls/keySchedule.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { leafWidth, toLeafIndex } from 'ts-mls/treemath.js';
import type { Epoch } from '../../src/engine/mls/ts-mls.ts';
import { suite } from './mls-library.ts';

type SignedCommit = Awaited<ReturnType<typeof createContentCommitSignature>>;

/**
 * The epoch after a commit whose update path, if it has one, is left out of the account: the commit secret is zero (RFC
 * 9420, 8). Everybody who has the old epoch gets there.
 */
export async function epochWithoutPath(
  state: Epoch,
  { framedContent, signature }: SignedCommit,
  committer: number,
): Promise<Epoch> {
  const cs = await suite();
  const { proposals } = framedContent.commit;
  const psks = mls.emptyPskIndex;
  const applied = await applyProposals(state, proposals, toLeafIndex(committer), psks, false, cs);
  const groupContext = await nextEpochContext(
    state.groupContext,
    'mls_private_message',
    framedContent,
    signature,
    await treeHashRoot(applied.tree, cs.hash),
    state.confirmationTag,
    cs.hash,
  );
  const { keySchedule, encryptionSecret } = await initializeEpoch(
    state.keySchedule.initSecret,
    new Uint8Array(cs.kdf.size),
    groupContext,
    applied.pskSecret,
    cs.kdf,
  );
  const width = leafWidth(applied.tree.length);
  const secretTree = await createSecretTree(width, encryptionSecret, cs.kdf);
  return { ...state, groupContext, keySchedule, secretTree, ratchetTree: applied.tree };
}
