import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type EngineDevice, Lab, textsOf } from '@sealpost/testing';
import type * as mls from 'ts-mls';
import { ratchetUntil } from 'ts-mls/secretTree.js';
import { describe, expect, it } from 'vitest';
import { epochOf, suite, wire } from '../../../test/engine/mls-library.ts';
import { bindingBytes } from '../binding.ts';
import { utf8 } from '../bytes.ts';
import type { DeviceRef, KeyBundle } from '../engine.port.ts';
import { EpochCache } from './epoch-cache.ts';
import { loadMember, moveRatchets } from './group-record.ts';
import { MAX_FORWARD_STEPS, MAX_PART_BYTES } from './limits.ts';
import { mlsEngine } from './mls-engine.ts';
import { encodePosition } from './position.ts';
import {
  clientConfig,
  commitEpoch,
  newKeyPackage,
  newSignatureKeys,
  viewSender,
  type Epoch,
} from './ts-mls.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const { conversation } = new Lab(mlsEngine).log;

const pair = async (): Promise<{ lab: Lab; alice: EngineDevice; bob: EngineDevice }> => {
  const lab = new Lab(mlsEngine);
  const [alice, bob] = await lab.devices('alice', 'bob');
  await lab.found(alice, bob);
  await lab.sync(bob);
  return { lab, alice, bob };
};
/** Rewrites the device's ratchets of its epoch. */
const rewrite = async (of: EngineDevice, change: (epoch: Epoch) => Promise<Epoch>) => {
  const keys = await change(await epochOf(of.copy(), conversation));
  const group = await loadMember(of.records, new EpochCache(), conversation);
  of.write(moveRatchets(group, 1, keys));
};

describe('the library', () => {
  it('is installed and asked for in exactly the version whose source was read (F1)', () => {
    const require = createRequire(import.meta.url);
    const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
    const installed = require.resolve('ts-mls').replace(/dist.*/, 'package.json');
    expect(read(installed)).toMatchObject({ version: '1.6.4' });
    const own = new URL('../../../package.json', import.meta.url).pathname;
    expect(read(own)).toMatchObject({ dependencies: { 'ts-mls': '1.6.4' } });
  });

  it('is given our configuration and never falls back on its own (F2, F5, F6)', async () => {
    const source = readFileSync(new URL('ts-mls.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/defaultClientConfig|defaultAuthenticationService|acceptAll/);
    expect(clientConfig.keyRetentionConfig).toEqual({
      retainKeysForGenerations: 0,
      retainKeysForEpochs: 1,
      maximumForwardRatchetSteps: 5000,
    });
    const { lab, alice, bob } = await pair();
    await lab.commit(alice);
    await lab.sync(bob);
    for (const device of [alice, bob]) {
      const epoch = await epochOf(device.copy(), conversation);
      expect(epoch.clientConfig).toBe(clientConfig);
      expect(epoch.historicalReceiverData.size).toBe(0);
    }
  });
});

describe('the authentication service', () => {
  const isValid = (credential: mls.Credential) =>
    clientConfig.authService.validateCredential(credential, new Uint8Array(32));

  it('takes every well-formed basic credential and no other (F6)', async () => {
    const basic = (text: string) => isValid({ credentialType: 'basic', identity: utf8(text) });
    expect(await basic('somebody\0never heard of')).toBe(true);
    expect(await basic('no device')).toBe(false);
    expect(await isValid({ credentialType: 'x509', certificates: [utf8('a\0b')] })).toBe(false);
  });

  it('is asked about every device that a commit brings in', async () => {
    const { lab, alice, bob } = await pair();
    const epoch = await epochOf(alice.copy(), conversation);
    const authService = { validateCredential: async () => true };
    const lenient = { ...epoch, clientConfig: { ...clientConfig, authService } };
    const binding = lab.binding(alice, { epoch: 2 });
    const authenticatedData = await bindingBytes({ ...binding, purpose: 'commit' }, null);
    const position = encodePosition({ epoch: 2, binding: authenticatedData });
    const nameless = await newKeyPackage(utf8('no device'), await newSignatureKeys());
    const change = { adds: [nameless.keyPackage], removes: [] };
    const { commit } = await commitEpoch(lenient, change, { authenticatedData, position });
    const parts = [{ audience: 'all' as const, bytes: commit }];
    const head = { ...binding, seq: 2, kind: 'commit' as const, mode: 'member' as const };
    const entry = { ...head, class: 'quiet' as const, adds: [], removes: [], parts };
    const answer = await bob.run((engine, records) => engine.process(records, bob.ref, entry));
    expect(answer).toMatchObject({ kind: 'undecryptable', recover: 'rejoin' });
    expect(await lab.status(bob)).toMatchObject({ epoch: 1 });
  });
});

describe('ratchets', () => {
  const advance = (steps: number) => async (epoch: Epoch) => {
    const { kdf } = await suite();
    const own = 2 * epoch.privatePath.leafIndex;
    const endless = { ...clientConfig.keyRetentionConfig, maximumForwardRatchetSteps: steps };
    const secretTree = await Promise.all(
      epoch.secretTree.map(async (node, at) => {
        if (at !== own) return node;
        const [application] = await ratchetUntil(node.application, steps, endless, kdf);
        return { ...node, application };
      }),
    );
    return { ...epoch, secretTree };
  };

  it('are followed for 5,000 missing messages of a sender and not further (F5)', async () => {
    const near = await pair();
    await rewrite(near.alice, advance(MAX_FORWARD_STEPS));
    await near.lab.send(near.alice, 'far');
    expect(textsOf(await near.lab.sync(near.bob))).toEqual(['far']);
    const far = await pair();
    await rewrite(far.alice, advance(MAX_FORWARD_STEPS + 1));
    await far.lab.send(far.alice, 'too far');
    const answer = { kind: 'undecryptable', reason: 'fork', recover: 'rejoin' };
    expect(await far.lab.sync(far.bob)).toEqual([answer]);
  });

  it('give every staged commit a key of its own, also when the one before was dropped', async () => {
    const { lab, alice, bob } = await pair();
    const epoch = await epochOf(bob.copy(), conversation);
    const generations: (number | undefined)[] = [];
    for (let n = 0; n < 3; n += 1) {
      const staged = await lab.stageCommit(alice);
      const message = wire(staged.parts[0]?.bytes ?? new Uint8Array());
      if (message.wireformat !== 'mls_private_message') throw new Error('no private message');
      generations.push((await viewSender(epoch, message))?.generation);
      await lab.settle(alice, staged.clientId, null);
    }
    expect(generations).toEqual([0, 1, 2]);
    await lab.commit(alice);
    expect(await lab.sync(bob)).toMatchObject([{ kind: 'commit', epoch: 2 }]);
  });
});

describe('bundles', () => {
  const bundleOf = async (lab: Lab, device: EngineDevice, nowMs: number): Promise<KeyBundle> => {
    const wanted = { oneTime: 1, lastResort: false, nowMs };
    const [bundle] = await device.run((its, records) => its.publishBundles(records, wanted));
    if (!bundle) throw new Error('no bundle was made');
    return bundle;
  };
  const add = (alice: EngineDevice, adds: readonly KeyBundle[]) => {
    const wanted = { conversation, clientId: 'c', adds, removes: [] as DeviceRef[], profile: null };
    return alice.run((engine, records) => engine.commit(records, wanted));
  };

  it('that expired, or that are not valid yet, are named', async () => {
    const { lab, alice } = await pair();
    const [carol, dave] = await lab.devices('carol', 'dave');
    const good = await bundleOf(lab, dave, Date.now());
    for (const at of [Date.now() - 91 * DAY_MS, Date.now() + 2 * HOUR_MS]) {
      const bad = await bundleOf(lab, carol, at);
      const misuse = { code: 'unusable_bundle', bundles: [bad.ref] };
      await expect(add(alice, [good, bad])).rejects.toMatchObject(misuse);
    }
  });

  it('of a device whose clock is an hour ahead are good', async () => {
    const { lab, alice } = await pair();
    const carol = await lab.device('carol');
    const early = await bundleOf(lab, carol, Date.now() + HOUR_MS - 60_000);
    await expect(add(alice, [early])).resolves.toMatchObject({ adds: [carol.ref] });
  });
});

describe('messages', () => {
  it('show a size bucket and not their length', async () => {
    const { lab, alice } = await pair();
    const sizeOf = async (length: number) =>
      (await lab.send(alice, 'x'.repeat(length))).parts[0]?.bytes.length;
    const small = await sizeOf(0);
    expect([await sizeOf(1), await sizeOf(100), await sizeOf(188)]).toEqual([small, small, small]);
    expect(await sizeOf(189)).toBeGreaterThan(small ?? 0);
    expect(await sizeOf(1000)).toBe(await sizeOf(1010));
  });

  it('of more bytes than an entry can have are not decoded', async () => {
    const { lab, alice, bob } = await pair();
    const entry = await lab.send(alice, 'hello');
    const bytes = new Uint8Array(MAX_PART_BYTES + 1);
    const answer = await lab.receive(bob, entry, { parts: [{ audience: 'all', bytes }] });
    expect(answer).toMatchObject({ reason: 'malformed' });
  });
});
