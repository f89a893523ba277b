import type { CryptoEngine, EngineStatus, Records } from '../engine.port.ts';
import { bundleRefs, publishBundles, sweepBundles } from './bundles.ts';
import { encrypt } from './encrypt.ts';
import { EpochCache } from './epoch-cache.ts';
import { forgetGroup, loadGroup, loadMember, loadStaged } from './group-record.ts';
import { createIdentity, sign } from './identity.ts';
import { processEntry } from './process-entry.ts';
import { settle } from './settle.ts';
import { stageCommit } from './stage-commit.ts';
import { stageFound } from './stage-found.ts';
import { stageRejoin } from './stage-rejoin.ts';
import { exportSecretOf, SUITE } from './ts-mls.ts';

/** MLS (RFC 9420) through ts-mls: ADR 0005. Needs WebCrypto with Ed25519 and X25519, and nothing else of its platform. */
export function mlsEngine(): CryptoEngine {
  const cache = new EpochCache();
  return {
    suite: SUITE,
    createIdentity,
    sign,
    publishBundles,
    bundleRefs,
    sweepBundles,
    found: (records, wanted) => stageFound(records, cache, wanted),
    commit: (records, wanted) => stageCommit(records, cache, wanted),
    rejoin: stageRejoin,
    settle,
    encrypt: (records, plaintext, binding) => encrypt(records, cache, plaintext, binding),
    process: (records, self, entry) => processEntry(records, cache, self, entry),
    status: (records, conversation) => statusOf(records, cache, conversation),
    async forget(records, conversation) {
      cache.forget(conversation);
      return { result: undefined, writes: await forgetGroup(records, conversation) };
    },
    async exportSecret(records, conversation, label, length) {
      const { keys } = await loadMember(records, cache, conversation);
      return exportSecretOf(keys, label, length);
    },
  };
}

async function statusOf(
  records: Records,
  cache: EpochCache,
  conversation: string,
): Promise<EngineStatus | null> {
  const group = await loadGroup(records, cache, conversation);
  if (!group) return null;
  const { generation, epoch, keys, known } = group;
  const staged = await loadStaged(records, conversation);
  const self = keys ? 'member' : 'removed';
  return { generation, epoch, self, devices: known.devices, staged: staged?.clientId ?? null };
}
