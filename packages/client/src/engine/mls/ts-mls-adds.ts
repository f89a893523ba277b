import * as mls from 'ts-mls';
import { applyProposals } from 'ts-mls/clientState.js';
import { toLeafIndex } from 'ts-mls/treemath.js';
import { toHex } from '../bytes.ts';
import { attempt } from './attempt.ts';
import { BUNDLE_MARGIN_MS } from './limits.ts';
import { ownLeafOf, proposalsOf, suite, SUITE, type Change, type Epoch } from './ts-mls.ts';

// What a commit adds, looked at one by one before the library sees it. It judges all Adds at once and awaits them in
// order: when one fails while another is still being judged, its rejection is unhandled, and the process ends (F17).

/** Which of the adds, by place, this device must not commit on the epoch. */
export async function unusableAdds(epoch: Epoch, change: Change): Promise<readonly number[]> {
  const failing = await failingAdds(epoch, change, ownLeafOf(epoch), true);
  const dead = await Promise.all(
    change.adds.map(async (one) => !isInForce(one) || !(await isAlive(one))),
  );
  return change.adds.flatMap((_, at) => (dead[at] || failing.includes(at) ? [at] : []));
}

/** Which of the adds, by place, cannot be in a commit of `committer`: judged by the library one by one, and by what it leaves out. */
export async function failingAdds(
  epoch: Epoch,
  { adds, removes }: Change,
  committer: number,
  isOwn: boolean,
): Promise<readonly number[]> {
  const cs = await suite();
  const failing: number[] = [];
  const taken = new Set(epoch.ratchetTree.flatMap((node) => (node ? [keyOf(node)] : [])));
  for (const [at, keyPackage] of adds.entries()) {
    const { hpkePublicKey, signaturePublicKey } = keyPackage.leafNode;
    const keys = [`encryption ${toHex(hpkePublicKey)}`, `signature ${toHex(signaturePublicKey)}`];
    const proposals = proposalsOf({ adds: [keyPackage], removes }).map(
      (proposal) => ({ proposalOrRefType: 'proposal', proposal }) as const,
    );
    const isSound =
      isCapable(keyPackage) &&
      keys.every((key) => !taken.has(key)) &&
      (await attempt(() =>
        applyProposals(epoch, proposals, toLeafIndex(committer), mls.emptyPskIndex, isOwn, cs),
      )) !== null;
    if (isSound) for (const key of keys) taken.add(key);
    else failing.push(at);
  }
  return failing;
}

const keyOf = (node: NonNullable<mls.RatchetTree[number]>): string => {
  const { hpkePublicKey } = node.nodeType === 'leaf' ? node.leaf : node.parent;
  return `encryption ${toHex(hpkePublicKey)}`;
};

/** With a leaf that does not know what all leaves are made of nobody could be added any more. */
const isCapable = ({ leafNode: { capabilities } }: mls.KeyPackage): boolean =>
  capabilities.versions.includes('mls10') &&
  capabilities.ciphersuites.includes(SUITE) &&
  capabilities.credentials.includes('basic');

/** For some time yet: the library looks at the clock again. */
function isInForce({ leafNode }: mls.KeyPackage): boolean {
  // oxlint-disable-next-line no-restricted-globals -- it is this clock that the library looks at
  const soon = BigInt(Math.floor((Date.now() + BUNDLE_MARGIN_MS) / 1000));
  return leafNode.leafNodeSource === 'key_package' && leafNode.lifetime.notAfter >= soon;
}

/** With a leaf to which nothing can be encrypted nobody could renew the keys any more. */
const isAlive = async ({ initKey, leafNode }: mls.KeyPackage): Promise<boolean> => {
  const { hpke } = await suite();
  const nothing = new Uint8Array();
  const sealed = await attempt(() =>
    Promise.all(
      [initKey, leafNode.hpkePublicKey].map(async (key) =>
        hpke.seal(await hpke.importPublicKey(key), nothing, nothing),
      ),
    ),
  );
  return sealed !== null;
};
