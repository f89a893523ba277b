import { encodeMsgpack } from '@sealpost/protocol';
import { describe, expect, it } from 'vitest';
import { mlsEngine } from '../engine/mls/mls-engine.ts';
import { encodeLink } from '../identity/link-codec.ts';
import { beginLink } from '../identity/link-joiner.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { privateValues } from './private-values.ts';

async function records(): Promise<readonly Uint8Array[]> {
  const disk = new MemoryDisk();
  const store = await MemoryStore.open(disk);
  const engine = mlsEngine();
  const self = { account: 'alice', device: 'phone' };
  await store.commit((await engine.createIdentity(self)).writes);
  const bundles = { oneTime: 1, lastResort: true, nowMs: 1_700_000_000_000 };
  await store.commit((await engine.publishBundles(store, bundles)).writes);
  const founding = { generation: 1, epoch: 1, clientId: 'first', peers: [], profile: null };
  await store.commit((await engine.found(store, { conversation: 'ours', ...founding })).writes);
  const accepted = { accepted: true, seq: 1 } as const;
  await store.commit((await engine.settle(store, 'ours', 'first', accepted)).writes);
  const seed = new Uint8Array(32).fill(7);
  const joiner = { accountId: 'alice', deviceId: 'phone', signatureKey: new Uint8Array(32) };
  const link = encodeLink(await beginLink(joiner));
  return [...disk.records.values(), encodeMsgpack({ seed }), link];
}

describe('the private values of a device', () => {
  it('are found in every record in which a device keeps some', async () => {
    const found = (await records()).flatMap(privateValues);
    expect([...new Set(found.map(({ name }) => name))].toSorted()).toEqual([
      'account key',
      'device signature key',
      'epoch secret confirmationKey',
      'epoch secret epochAuthenticator',
      'epoch secret exporterSecret',
      'epoch secret externalSecret',
      'epoch secret initSecret',
      'epoch secret membershipKey',
      'epoch secret resumptionPsk',
      'epoch secret senderDataSecret',
      'init key of a bundle',
      'key of the tree',
      'leaf key of a bundle',
      'link key',
      'ratchet secret',
    ]);
    for (const { bytes } of found) expect(bytes.length).toBeGreaterThanOrEqual(32);
  });

  it('are none in a record of another form', () => {
    expect(privateValues(new Uint8Array([0xc1]))).toEqual([]);
    expect(privateValues(encodeMsgpack({ state: 'waiting', list: [null, { a: 1 }] }))).toEqual([]);
  });
});
