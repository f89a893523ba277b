import type { Bytes, KeyBundle, Records, StagedCommit, Step } from '../engine.port.ts';
import { EngineMisuse } from '../engine.port.ts';
import { encodeCredential } from './credential.ts';
import type { EpochCache } from './epoch-cache.ts';
import { loadGroup, writeStaged } from './group-record.ts';
import { loadIdentity } from './identity.ts';
import { makeCommit } from './make-commit.ts';
import { groupIdFor } from './position.ts';
import { foundEpoch, newKeyPackage } from './ts-mls.ts';

export interface FoundWanted {
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
  readonly clientId: string;
  readonly peers: readonly KeyBundle[];
  readonly profile: Bytes | null;
}

export async function stageFound(
  records: Records,
  cache: EpochCache,
  wanted: FoundWanted,
): Promise<Step<StagedCommit>> {
  const { conversation, generation, epoch, clientId, peers, profile } = wanted;
  const { self, keys: signatureKeys } = await loadIdentity(records);
  const current = await loadGroup(records, cache, conversation);
  if (current && current.generation >= generation) {
    throw new EngineMisuse('unsupported', 'the generation has begun already');
  }
  // The founder's leaf enters with no bundle, so nobody judges its lifetime.
  const own = await newKeyPackage(encodeCredential(self), signatureKeys);
  const empty = await foundEpoch(groupIdFor(conversation, generation), own);
  const made = await makeCommit(
    empty,
    { adds: peers, removes: [], profile },
    { conversation, generation, epoch, sender: self, clientId, purpose: 'commit' },
  );
  const head = { clientId, mode: 'found', generation, epoch } as const;
  const adds = [self, ...peers.map(({ device }) => device)];
  return {
    result: { conversation, ...head, adds, removes: [], parts: made.others },
    writes: writeStaged(conversation, head, made.keys),
  };
}
