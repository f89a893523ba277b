import * as mls from 'ts-mls';
import { throwIfDefined, validateRatchetTree } from 'ts-mls/clientState.js';
import {
  ratchetTreeFromExtension,
  verifyGroupInfoConfirmationTag,
  verifyGroupInfoSignature,
} from 'ts-mls/groupInfo.js';
import type { GroupSecrets } from 'ts-mls/groupSecrets.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { deriveKeySchedule } from 'ts-mls/keySchedule.js';
import { pathToRoot } from 'ts-mls/pathSecrets.js';
import { mergePrivateKeyPaths, toPrivateKeyPath } from 'ts-mls/privateKeyPath.js';
import { findLeafIndex, getSignaturePublicKeyFromLeafIndex } from 'ts-mls/ratchetTree.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { leafWidth, toLeafIndex } from 'ts-mls/treemath.js';
import { firstCommonAncestor } from 'ts-mls/updatePath.js';
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js';
import type { Bytes } from '../engine.port.ts';
import { clientConfig, settled, suite, SUITE, type Epoch, type OwnPackage } from './ts-mls.ts';

// How a device enters the keys. The library's own joins refuse sound trees (F16): they demand that all nodes above an
// unmerged leaf list the same unmerged leaves. Callers have looked at the tree by `viewGroupInfo`, which checks what
// RFC 9420, 7.9.2 asks for instead.

/** What a Welcome holds for one of our key packages. */
export interface OpenedWelcome {
  readonly groupInfo: mls.GroupInfo;
  readonly secrets: GroupSecrets;
}

/** Null when nothing in it is for this package, or it asks for more than we have. */
export async function openWelcome(
  welcome: mls.Welcome,
  { keyPackage, privateKeys }: OwnPackage,
): Promise<OpenedWelcome | null> {
  const cs = await suite();
  const initKey = await cs.hpke.importPrivateKey(privateKeys.initPrivateKey);
  const ref = await makeKeyPackageRef(keyPackage, cs.hash);
  const secrets = await decryptGroupSecrets(initKey, ref, welcome, cs.hpke);
  if (secrets === undefined || secrets.psks.length > 0) return null;
  const groupInfo = await decryptGroupInfo(welcome, secrets.joinerSecret, noPsk(cs), cs);
  return groupInfo === undefined ? null : { groupInfo, secrets };
}

/** RFC 9420, 12.4.3.1. Throws when anything in it does not hold. */
export async function joinByWelcome(
  { groupInfo, secrets }: OpenedWelcome,
  { keyPackage, privateKeys }: OwnPackage,
): Promise<Epoch> {
  const cs = await suite();
  const { groupContext, confirmationTag } = groupInfo;
  const tree = await judgedTree(groupInfo, cs);
  const { joinerSecret } = secrets;
  if (!(await verifyGroupInfoConfirmationTag(groupInfo, joinerSecret, noPsk(cs), cs)))
    throw new Error('the confirmation tag does not hold');
  const privatePath = await privatePathOf(
    tree,
    secrets,
    { keyPackage, privateKeys },
    groupInfo,
    cs,
  );
  const [keySchedule, encryption] = await deriveKeySchedule(
    joinerSecret,
    noPsk(cs),
    groupContext,
    cs.kdf,
  );
  const secretTree = await createSecretTree(leafWidth(tree.length), encryption, cs.kdf);
  for (const spent of [encryption, joinerSecret]) spent.fill(0);
  return settled({
    groupContext,
    ratchetTree: tree,
    privatePath,
    signaturePrivateKey: privateKeys.signaturePrivateKey,
    confirmationTag,
    keySchedule,
    secretTree,
    unappliedProposals: {},
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig,
  });
}

/** `replace`: the tree has a leaf with our signature key. If it has none the library never returns (F4). */
export async function joinByCommit(
  groupInfo: mls.GroupInfo,
  { keyPackage, privateKeys }: OwnPackage,
  replace: boolean,
  authenticatedData: Bytes,
): Promise<{ readonly commit: Bytes; readonly epoch: Epoch }> {
  const { publicMessage, newState } = await mls.joinGroupExternal(
    hidingTree(groupInfo),
    keyPackage,
    privateKeys,
    replace,
    await suite(),
    withUnmergedJudged(treeOf(groupInfo)),
    clientConfig,
    authenticatedData,
  );
  const commit = mls.encodeMlsMessage({
    version: 'mls10',
    wireformat: 'mls_public_message',
    publicMessage,
  });
  return { commit, epoch: settled(newState) };
}

const noPsk = ({ kdf }: mls.CiphersuiteImpl): Bytes => new Uint8Array(kdf.size);

function treeOf(groupInfo: mls.GroupInfo): mls.RatchetTree {
  const tree = ratchetTreeFromExtension(groupInfo);
  if (tree === undefined) throw new Error('a GroupInfo without a tree');
  return tree;
}

/** The tree of a GroupInfo that its signer signed and that is sound. Throws when it is not. */
async function judgedTree(
  groupInfo: mls.GroupInfo,
  cs: mls.CiphersuiteImpl,
): Promise<mls.RatchetTree> {
  const { groupContext, signer } = groupInfo;
  const tree = treeOf(groupInfo);
  if (groupContext.cipherSuite !== SUITE || groupContext.extensions.length > 0)
    throw new Error('a group of another kind than ours');
  const signerKey = getSignaturePublicKeyFromLeafIndex(tree, toLeafIndex(signer));
  if (!(await verifyGroupInfoSignature(groupInfo, signerKey, cs.signature)))
    throw new Error('the GroupInfo is not signed by its signer');
  const { lifetimeConfig, authService } = clientConfig;
  const { treeHash } = groupContext;
  throwIfDefined(
    await validateRatchetTree(
      withUnmergedJudged(tree),
      groupContext,
      lifetimeConfig,
      authService,
      treeHash,
      cs,
    ),
  );
  return tree;
}

/** The private keys of our leaf, and of what we share with the committer. */
async function privatePathOf(
  tree: mls.RatchetTree,
  { pathSecret }: GroupSecrets,
  { keyPackage, privateKeys }: OwnPackage,
  { signer }: mls.GroupInfo,
  cs: mls.CiphersuiteImpl,
): Promise<Epoch['privatePath']> {
  const leafIndex = findLeafIndex(tree, keyPackage.leafNode);
  if (leafIndex === undefined) throw new Error('our leaf is not in the tree');
  const own = { leafIndex, privateKeys: { [2 * leafIndex]: privateKeys.hpkePrivateKey } };
  if (pathSecret === undefined) return own;
  const shared = firstCommonAncestor(tree, leafIndex, toLeafIndex(signer));
  const secrets = await pathToRoot(tree, shared, pathSecret, cs.kdf);
  return mergePrivateKeyPaths(await toPrivateKeyPath(secrets, leafIndex, cs), own);
}

/**
 * The tree, which the library's validation sees without unmerged leaves where it judges them, and only there: that is
 * the first time that it goes over the entries.
 */
function withUnmergedJudged(tree: mls.RatchetTree): mls.RatchetTree {
  const bare = tree.map((node) =>
    node?.nodeType === 'parent'
      ? { ...node, parent: { ...node.parent, unmergedLeaves: [] } }
      : node,
  );
  let judged = false;
  const entries = (): ReturnType<mls.RatchetTree['entries']> => {
    const seen = judged ? [...tree] : bare;
    judged = true;
    return seen.entries();
  };
  return Object.assign([...tree], { entries });
}

/** The library prefers the tree in the GroupInfo to the one that it is given; its signature covers both. */
function hidingTree(groupInfo: mls.GroupInfo): mls.GroupInfo {
  const others = groupInfo.extensions.filter(
    ({ extensionType }) => extensionType !== 'ratchet_tree',
  );
  const find = others.find.bind(others);
  return { ...groupInfo, extensions: Object.assign([...groupInfo.extensions], { find }) };
}
