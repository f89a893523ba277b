import type { EngineAttacks } from '@sealpost/testing';
import * as mls from 'ts-mls';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';
import { protectApplicationData, unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { bindingBytes } from '../../src/engine/binding.ts';
import { encodeCredential } from '../../src/engine/mls/credential.ts';
import { deviceOf } from '../../src/engine/mls/leaves.ts';
import { encodePosition } from '../../src/engine/mls/position.ts';
import { clientConfig, commitEpoch, leavesOf, ownLeafOf } from '../../src/engine/mls/ts-mls.ts';
import { externalRemoval } from './mls-external-removal.ts';
import { epochOf, suite, wire } from './mls-library.ts';
import { pathlessRemoval } from './mls-pathless-removal.ts';
import { readAll } from './mls-read-all.ts';

/** Attacks on the MLS engine by whoever has the library, a member's or a former member's records, and the log. */
export const mlsAttacks: EngineAttacks = {
  readAll,
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

  async impersonation(records, binding, plaintext) {
    const epoch = await epochOf(records, binding.conversation);
    const victim = leavesOf(epoch).find((leaf) => deviceOf(leaf)?.device === binding.sender.device);
    const bound = { ...binding, purpose: binding.class };
    const { privateMessage } = await protectApplicationData(
      epoch.signaturePrivateKey,
      epoch.keySchedule.senderDataSecret,
      plaintext,
      await bindingBytes(bound, binding.parent),
      epoch.groupContext,
      epoch.secretTree,
      victim?.index ?? 0,
      clientConfig.paddingConfig,
      await suite(),
    );
    const wireformat = 'mls_private_message';
    return mls.encodeMlsMessage({ version: 'mls10', wireformat, privateMessage });
  },

  async renaming(records, binding, victim) {
    const epoch = await epochOf(records, binding.conversation);
    const own = 2 * ownLeafOf(epoch);
    const ratchetTree = epoch.ratchetTree.map((node, at) => {
      if (node?.nodeType !== 'leaf' || at !== own) return node;
      const identity = encodeCredential(victim);
      const credential = { credentialType: 'basic' as const, identity };
      return { ...node, leaf: { ...node.leaf, credential } };
    });
    const authenticatedData = await bindingBytes({ ...binding, purpose: 'commit' }, null);
    const position = encodePosition({ epoch: binding.epoch, binding: authenticatedData });
    const renamed = { ...epoch, ratchetTree };
    const none = { adds: [], removes: [] };
    return (await commitEpoch(renamed, none, { authenticatedData, position })).commit;
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
