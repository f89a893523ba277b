import * as mls from 'ts-mls';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { decryptSenderData } from 'ts-mls/privateMessage.js';
import { consumeRatchet } from 'ts-mls/secretTree.js';
import type { Bytes } from '../engine.port.ts';
import { readCredential } from './credential.ts';
import { MAX_FORWARD_STEPS, MAX_TREE_BYTES } from './limits.ts';
import { paddingOf } from './padding.ts';
import { primitivesOf } from './ts-mls-primitives.ts';
import { type Blocks, decodeRatchets, encodeRatchets } from './ratchets.ts';
import { hasTreeShape } from './tree-shape.ts';
import type { ExternalCommitView, GroupInfoView, Leaf, SenderView } from './views.ts';

// With the other files of this name the only one that knows ts-mls. They hold no rule of ours but those that its calls
// need to be safe; F1 to F17 are explained in ADR 0005. The types that it exports from the library are opaque elsewhere.

export const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';

/** The keys of one epoch, immutable. */
export type Epoch = mls.ClientState;
export type { GroupInfo, KeyPackage, PrivateKeyPackage, Welcome } from 'ts-mls';
export type Message = mls.MLSMessage;
export type SealedMessage = mls.MlsPrivateMessage;
export type OpenMessage = mls.MlsPublicMessage;
export interface SignatureKeys {
  readonly publicKey: Bytes;
  readonly signKey: Bytes;
}
export interface OwnPackage {
  readonly keyPackage: mls.KeyPackage;
  readonly privateKeys: mls.PrivateKeyPackage;
}
export interface Change {
  readonly adds: readonly mls.KeyPackage[];
  /** Leaf indices. */
  readonly removes: readonly number[];
}

export const clientConfig: mls.ClientConfig = {
  keyRetentionConfig: {
    // A skipped generation would be kept as the ratchet secret, which opens all that follow it (F2): keep none.
    retainKeysForGenerations: 0,
    // 0 would keep every epoch (`slice(-0)`); the one that this keeps is dropped by `settled`.
    retainKeysForEpochs: 1,
    maximumForwardRatchetSteps: MAX_FORWARD_STEPS,
  },
  lifetimeConfig: { maximumTotalLifetime: 0n, validateLifetimeOnReceive: false },
  keyPackageEqualityConfig: mls.defaultKeyPackageEqualityConfig,
  paddingConfig: { kind: 'padUntilLength', padUntilLength: 256 },
  authService: {
    // Who a device is is judged afterwards, from the state: a refusal here would cut this device off (F6).
    validateCredential: async (credential) =>
      credential.credentialType === 'basic' && readCredential(credential.identity) !== null,
  },
};

let loading: Promise<mls.CiphersuiteImpl> | null = null;
export const suite = (): Promise<mls.CiphersuiteImpl> => (loading ??= primitivesOf(SUITE));

export const settled = (state: mls.ClientState): Epoch => ({
  ...state,
  historicalReceiverData: new Map(),
  unappliedProposals: {},
});

// Identity and key packages.

export const newSignatureKeys = async (): Promise<SignatureKeys> =>
  (await suite()).signature.keygen();

export const signBytes = async (signKey: Bytes, message: Bytes): Promise<Bytes> =>
  (await suite()).signature.sign(signKey, message);

/** Without a lifetime the package is valid for ever: that of a leaf which its maker brings in at once. */
export async function newKeyPackage(
  identity: Bytes,
  keys: SignatureKeys,
  lifetime?: { readonly fromMs: number; readonly untilMs: number },
): Promise<OwnPackage> {
  const seconds = (ms: number): bigint => BigInt(Math.floor(ms / 1000));
  const capabilities: mls.Capabilities = {
    versions: ['mls10'],
    ciphersuites: [SUITE],
    extensions: [],
    proposals: [],
    credentials: ['basic'],
  };
  const { publicPackage, privatePackage } = await mls.generateKeyPackageWithKey(
    { credentialType: 'basic', identity },
    capabilities,
    lifetime
      ? { notBefore: seconds(lifetime.fromMs), notAfter: seconds(lifetime.untilMs) }
      : mls.defaultLifetime,
    [],
    { ...keys },
    await suite(),
  );
  return { keyPackage: publicPackage, privateKeys: privatePackage };
}

/** The name of a key package in Welcomes (RFC 9420, 5.2). */
export const keyPackageRef = async (keyPackage: mls.KeyPackage): Promise<Bytes> =>
  makeKeyPackageRef(keyPackage, (await suite()).hash);

export const leafOfKeyPackage = ({ leafNode }: mls.KeyPackage): Leaf => leafView(leafNode, -1);

// What an epoch holds.

function leafView(leaf: mls.LeafNode, index: number): Leaf {
  return {
    index,
    identity: leaf.credential.credentialType === 'basic' ? leaf.credential.identity : null,
    signatureKey: leaf.signaturePublicKey,
    encryptionKey: leaf.hpkePublicKey,
    fromKeyPackage: leaf.leafNodeSource === 'key_package',
  };
}
const leavesOfTree = (tree: mls.RatchetTree): readonly Leaf[] =>
  tree.flatMap((node, at) => (node?.nodeType === 'leaf' ? [leafView(node.leaf, at / 2)] : []));

export const leavesOf = ({ ratchetTree }: Epoch): readonly Leaf[] => leavesOfTree(ratchetTree);
export function leafOf({ ratchetTree }: Epoch, index: number): Leaf | null {
  const node = ratchetTree[2 * index];
  return node?.nodeType === 'leaf' ? leafView(node.leaf, index) : null;
}
/** How many leaves the tree has room for. */
export const widthOf = ({ ratchetTree }: Epoch): number => (ratchetTree.length + 1) / 2;
export const ownLeafOf = ({ privatePath }: Epoch): number => privatePath.leafIndex;

export const exportSecretOf = async (
  { keySchedule }: Epoch,
  label: string,
  length: number,
): Promise<Bytes> =>
  mls.mlsExporter(keySchedule.exporterSecret, label, new Uint8Array(), length, await suite());

/** Everything of the epoch but its ratchets. */
export const encodeEpoch = (epoch: Epoch): Bytes =>
  mls.encodeGroupState({ ...settled(epoch), secretTree: [] });

/** An epoch without ratchets, from bytes that stay as they are while the epoch is in use. */
export function decodeEpoch(bytes: Bytes): Epoch {
  const [state] = mls.decodeGroupState(bytes, 0) ?? [];
  if (state === undefined) throw new Error('stored epoch does not decode');
  return { ...state, clientConfig };
}

export const encodeRatchetsOf = ({ secretTree }: Epoch): Blocks => encodeRatchets(secretTree);
export const withRatchets = (epoch: Epoch, leaves: number, blocks: Blocks): Epoch => ({
  ...epoch,
  secretTree: decodeRatchets(leaves, blocks),
});

// Making epochs.

/** A private-use extension of GroupInfo (RFC 9420, 17.3). */
const POSITION = 0xf5ea;
const beside = (position: Bytes): mls.Extension[] => [
  { extensionType: POSITION, extensionData: position },
];

export const foundEpoch = async (groupId: Bytes, own: OwnPackage): Promise<Epoch> =>
  mls.createGroup(groupId, own.keyPackage, own.privateKeys, [], await suite(), clientConfig);

export const proposalsOf = ({ adds, removes }: Change): mls.Proposal[] => [
  ...removes.map((removed): mls.Proposal => ({ proposalType: 'remove', remove: { removed } })),
  ...adds.map((keyPackage): mls.Proposal => ({ proposalType: 'add', add: { keyPackage } })),
];

/** Several adds only once `unusableAdds` has found nothing wrong with any (F17). */
export async function commitEpoch(
  epoch: Epoch,
  change: Change,
  bound: { readonly authenticatedData: Bytes; readonly position: Bytes },
): Promise<{ readonly commit: Bytes; readonly welcome: Bytes | null; readonly epoch: Epoch }> {
  const { commit, welcome, newState } = await mls.createCommit(
    { state: epoch, cipherSuite: await suite() },
    {
      extraProposals: proposalsOf(change),
      ratchetTreeExtension: true,
      authenticatedData: bound.authenticatedData,
      groupInfoExtensions: beside(bound.position),
    },
  );
  return {
    commit: mls.encodeMlsMessage(commit),
    welcome: welcome
      ? mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome })
      : null,
    epoch: settled(newState),
  };
}

/**
 * The epoch with this device's next handshake key used up. A staged commit that is dropped was sealed with it, and the
 * library would seal the next one with the same key.
 */
export async function spendHandshakeKey(epoch: Epoch): Promise<Epoch> {
  const ownNode = 2 * ownLeafOf(epoch);
  const { newTree } = await consumeRatchet(epoch.secretTree, ownNode, 'commit', await suite());
  return { ...epoch, secretTree: newTree };
}

/** GroupInfo for external joins, with the ratchet tree (RFC 9420, 12.4.3.2). */
export async function groupInfoOf(epoch: Epoch, position: Bytes): Promise<Bytes> {
  const groupInfo = await mls.createGroupInfoWithExternalPubAndRatchetTree(
    epoch,
    beside(position),
    await suite(),
  );
  return mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
}

/** Which key packages the Welcome is for; none if it is of another suite, which nothing in it would show. */
export const welcomeRefs = ({ cipherSuite, secrets }: mls.Welcome): readonly Bytes[] =>
  cipherSuite === SUITE ? secrets.map(({ newMember }) => newMember) : [];

/** Null when the tree is missing, too large, or of a shape on which the library would loop for ever. */
export function viewGroupInfo(groupInfo: mls.GroupInfo): GroupInfoView | null {
  const extension = (type: mls.ExtensionType): Bytes | null =>
    groupInfo.extensions.find(({ extensionType }) => extensionType === type)?.extensionData ?? null;
  const treeBytes = extension('ratchet_tree')?.length ?? 0;
  const tree = treeBytes <= MAX_TREE_BYTES ? ratchetTreeFromExtension(groupInfo) : undefined;
  if (tree === undefined || !hasTreeShape(tree)) return null;
  const leaves = leavesOfTree(tree);
  const signer = leaves.find(({ index }) => index === groupInfo.signer) ?? null;
  const { groupId } = groupInfo.groupContext;
  return { groupId, signer, leaves, position: extension(POSITION) };
}

// Messages.

export const encodeKeyPackage = (keyPackage: mls.KeyPackage): Bytes =>
  mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage });

/** Null when the bytes are no MLS message, or more than one. */
export function decodeMessage(bytes: Bytes): Message | null {
  const [message, length] = mls.decodeMlsMessage(bytes, 0) ?? [];
  return message !== undefined && length === bytes.length ? message : null;
}

/** An external commit of the form that `joinByCommit` gives; null for any other public message. */
export function viewExternalCommit({
  publicMessage: { content, senderType },
}: OpenMessage): ExternalCommitView | null {
  if (senderType !== 'new_member_commit' || content.contentType !== 'commit') return null;
  const { path, proposals } = content.commit;
  const inline = proposals.flatMap((one) =>
    one.proposalOrRefType === 'proposal' ? [one.proposal] : [],
  );
  const removes = inline.flatMap((one) =>
    one.proposalType === 'remove' ? [one.remove.removed] : [],
  );
  const inits = inline.filter(({ proposalType }) => proposalType === 'external_init');
  const isJoin = inits.length === 1 && removes.length <= 1;
  const others = proposals.length - inits.length - removes.length;
  if (path === undefined || !isJoin || others > 0) return null;
  return { joiner: leafView(path.leafNode, -1), replaced: removes[0] ?? null };
}

export async function seal(
  epoch: Epoch,
  plaintext: Bytes,
  authenticatedData: Bytes,
): Promise<{ readonly bytes: Bytes; readonly epoch: Epoch }> {
  const paddingLength = paddingOf(framedLength(plaintext));
  const paddingConfig = { kind: 'alwaysPad', paddingLength } as const;
  const { privateMessage, newState, consumed } = await mls.createApplicationMessage(
    { ...epoch, clientConfig: { ...clientConfig, paddingConfig } },
    plaintext,
    await suite(),
    authenticatedData,
  );
  for (const secret of consumed) secret.fill(0);
  const bytes = mls.encodeMlsMessage({
    version: 'mls10',
    wireformat: 'mls_private_message',
    privateMessage,
  });
  return { bytes, epoch: { ...newState, clientConfig } };
}

/** How long the content is inside: the plaintext and a signature, each after its length (RFC 9420, 2.1.2). */
function framedLength({ length }: Bytes): number {
  const lengthBytes = length < 64 ? 1 : length < 16384 ? 2 : 4;
  return lengthBytes + length + 2 + 64;
}

export async function viewSender(
  { keySchedule, secretTree }: Epoch,
  { privateMessage }: SealedMessage,
): Promise<SenderView | null> {
  const secret = keySchedule.senderDataSecret;
  const sender = await decryptSenderData(privateMessage, secret, await suite());
  const ratchets = sender && secretTree[2 * sender.leafIndex];
  if (sender === undefined || ratchets === undefined) return null;
  const isMessage = privateMessage.contentType === 'application';
  const { generation: awaited } = isMessage ? ratchets.application : ratchets.handshake;
  return { leaf: sender.leafIndex, generation: sender.generation, awaited };
}
