import type { EngineAttacks } from '@sealpost/testing';
import * as mls from 'ts-mls';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { protectApplicationData, unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { bindingBytes } from '../../src/engine/binding.ts';
import type { Bytes } from '../../src/engine/engine.port.ts';
import { deviceOf } from '../../src/engine/mls/leaves.ts';
import { clientConfig, leavesOf, ownLeafOf, type Epoch } from '../../src/engine/mls/ts-mls.ts';
import { commitOf } from './mls-commit-of.ts';
import { externalRemoval } from './mls-external-removal.ts';
import { flawedBundle } from './mls-flawed-bundle.ts';
import { epochOf, suite, wire } from './mls-library.ts';
import { pathlessRemoval } from './mls-pathless-removal.ts';
import { readAll } from './mls-read-all.ts';

/** Attacks on the MLS engine by whoever has the library, a member's or a former member's records, and the log. */
export const mlsAttacks: EngineAttacks = {
  readAll,
  commitOf,
  flawedBundle,
  pathlessRemoval,
  externalRemoval,

  async carriesPath(records, entry) {
    const [part] = entry.parts.filter(({ audience }) => audience === 'all');
    const message = part && wire(part.bytes);
    if (message?.wireformat === 'mls_public_message') {
      const { content } = message.publicMessage;
      return content.contentType === 'commit' && content.commit.path !== undefined;
    }
    if (message?.wireformat !== 'mls_private_message') return false;
    const { keySchedule, secretTree, ratchetTree, groupContext } = await epochOf(
      records,
      entry.conversation,
    );
    const { content } = await unprotectPrivateMessage(
      keySchedule.senderDataSecret,
      message.privateMessage,
      secretTree,
      ratchetTree,
      groupContext,
      clientConfig.keyRetentionConfig,
      await suite(),
    );
    return content.content.contentType === 'commit' && content.content.commit.path !== undefined;
  },

  async impersonations(records, binding, plaintext) {
    const epoch = await epochOf(records, binding.conversation);
    const victim = leavesOf(epoch).find((leaf) => deviceOf(leaf)?.device === binding.sender.device);
    const bound = await bindingBytes({ ...binding, purpose: binding.class }, binding.parent);
    const leaves = [ownLeafOf(epoch), victim?.index ?? 0];
    return Promise.all(leaves.map((leaf) => sealedAs(epoch, leaf, plaintext, bound)));
  },

  async loopingGroupInfo(bytes) {
    const message = wire(bytes);
    if (message?.wireformat !== 'mls_group_info') throw new Error('no GroupInfo');
    const parent = {
      hpkePublicKey: new Uint8Array(32).fill(5),
      parentHash: new Uint8Array(),
      unmergedLeaves: [4_294_967_295],
    };
    const extensions = message.groupInfo.extensions.map((extension) => {
      if (extension.extensionType !== 'ratchet_tree') return extension;
      const [leaf] = ratchetTreeFromExtension(message.groupInfo) ?? [];
      const tree = [leaf, { nodeType: 'parent' as const, parent }, leaf];
      return { ...extension, extensionData: encodeRatchetTree(tree) };
    });
    const groupInfo = { ...message.groupInfo, extensions };
    return mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
  },
};

async function sealedAs(
  { signaturePrivateKey, keySchedule, groupContext, secretTree }: Epoch,
  leaf: number,
  plaintext: Bytes,
  authenticatedData: Bytes,
): Promise<Bytes> {
  const { privateMessage } = await protectApplicationData(
    signaturePrivateKey,
    keySchedule.senderDataSecret,
    plaintext,
    authenticatedData,
    groupContext,
    secretTree,
    leaf,
    clientConfig.paddingConfig,
    await suite(),
  );
  const wireformat = 'mls_private_message';
  return mls.encodeMlsMessage({ version: 'mls10', wireformat, privateMessage });
}
