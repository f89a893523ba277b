import { readFileSync } from 'node:fs';
import { EngineDevice, Lab, textsOf } from '@sealpost/testing';
import { decodeMsgpack } from '@sealpost/protocol';
import { describe, expect, it } from 'vitest';
import { epochOf } from '../../../test/engine/mls-library.ts';
import type { Bytes, DeviceRef, IncomingEntry, StagedCommit } from '../engine.port.ts';
import { mlsEngine } from './mls-engine.ts';

const { conversation } = new Lab(mlsEngine).log;
type Copy = ReadonlyMap<string, Bytes>;

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `member${at}`);
const group = async (others: number) => {
  const lab = new Lab(mlsEngine);
  const devices = await Promise.all(
    ['alice', 'bob', ...numbered(others)].map((a) => lab.device(a)),
  );
  const [alice, bob, ...rest] = devices;
  if (!alice || !bob) throw new Error('nobody is there');
  await lab.found(alice, bob, ...rest);
  await lab.sync(bob);
  return { lab, alice, bob, rest };
};
/** The keys of the records of the conversation's keys. */
const keysIn = (copy: Copy): string[] =>
  [...copy.keys()].filter((key) => key.includes(conversation)).toSorted();
const blocks = (...numbers: number[]): string[] =>
  numbers.map((block) => `engine/ratchet-block/${conversation}/${block}`);
const others = [`engine/epoch/${conversation}`, `engine/ratchets/${conversation}`];
const changed = (before: Copy, after: Copy): string[] =>
  keysIn(after).filter(
    (key) => !Buffer.of(...(after.get(key) ?? [])).equals(before.get(key) ?? Buffer.of()),
  );
/** All that a leaf's ratchets hold. */
const secretsOf = async (copy: Copy, leaf: number) => {
  const { secretTree } = await epochOf(copy, conversation);
  const { application } = secretTree[2 * leaf] ?? {};
  if (!application) throw new Error('the leaf has no ratchets');
  return Buffer.from(application.secret);
};
const holds = (copy: Copy, secret: Buffer): boolean =>
  [...copy.values()].some((record) => Buffer.from(record).includes(secret));

describe('the records of a group', () => {
  it('that a message rewrites are as small in a large group as in a small one', async () => {
    const sizes: number[] = [];
    for (const size of [8, 30]) {
      const { lab, alice, bob } = await group(size);
      const before = [alice.copy(), bob.copy()];
      await lab.send(alice, 'hello');
      await lab.sync(bob);
      for (const [at, device] of [alice, bob].entries()) {
        const now = device.copy();
        const written = changed(before[at] ?? new Map(), now);
        expect(written).toEqual([...blocks(0), ...(device === alice ? [] : others.slice(1))]);
        sizes.push(written.reduce((sum, key) => sum + (now.get(key)?.length ?? 0), 0));
      }
    }
    expect(sizes.slice(0, 2)).toEqual(sizes.slice(2));
    expect(Math.max(...sizes)).toBeLessThan(750);
  });

  it('hold the secret of a message until it is sent or read, and in none of them after', async () => {
    const { lab, alice, bob } = await group(10);
    const devices = [alice, bob];
    const secrets = await Promise.all(devices.map((device) => secretsOf(device.copy(), 0)));
    expect(secrets[0]?.equals(secrets[1] ?? Buffer.of())).toBe(true);
    const [secret = Buffer.of()] = secrets;
    expect(devices.map((device) => holds(device.copy(), secret))).toEqual([true, true]);
    await lab.send(alice, 'hello');
    expect(devices.map((device) => holds(device.copy(), secret))).toEqual([false, true]);
    expect(textsOf(await lab.sync(bob))).toEqual(['hello']);
    expect(devices.map((device) => holds(device.copy(), secret))).toEqual([false, false]);
  });

  it('of leaves that are gone go with them', async () => {
    const { lab, alice, bob, rest } = await group(15);
    expect(keysIn(bob.copy())).toEqual([
      ...others.slice(0, 1),
      ...blocks(0, 1, 2, 3),
      ...others.slice(1),
    ]);
    const last = await secretsOf(bob.copy(), 16);
    await lab.commit(alice, { removes: rest.slice(4) });
    await lab.sync(bob);
    for (const device of [alice, bob]) {
      expect(keysIn(device.copy())).toEqual([
        ...others.slice(0, 1),
        ...blocks(0),
        ...others.slice(1),
      ]);
      expect(holds(device.copy(), last)).toBe(false);
    }
    await lab.commit(alice, { removes: [bob] });
    await lab.sync(bob);
    expect(keysIn(bob.copy())).toEqual(others);
    await alice.run((engine, records) => engine.forget(records, conversation));
    expect(keysIn(alice.copy())).toEqual([]);
  });

  it('do not serve an epoch for the ratchets of another', async () => {
    const { lab, alice, bob } = await group(0);
    const old = bob.copy().get(`engine/epoch/${conversation}`) ?? null;
    await lab.commit(alice);
    await lab.sync(bob);
    bob.write([[`engine/epoch/${conversation}`, old]]);
    bob.restart();
    await expect(lab.status(bob)).rejects.toThrow('of another epoch');
  });
});

/**
 * Ten devices of which two left their records, written by the version that kept all ratchets in one: both had read all
 * but `unread`, and bob had staged a commit.
 */
interface Old {
  readonly alice: readonly (readonly [string, Bytes])[];
  readonly bob: readonly (readonly [string, Bytes])[];
  readonly unread: Omit<IncomingEntry, 'conversation'>;
  readonly staged: StagedCommit;
}
const fixture = new URL('../../../test/engine/records-of-first-version.msgpack', import.meta.url);
const old = () => decodeMsgpack(new Uint8Array(readFileSync(fixture))) as Old;

const revived = (account: 'alice' | 'bob'): EngineDevice => {
  const device = new EngineDevice({ account, device: `${account}-phone` }, mlsEngine);
  device.write(old()[account]);
  return device;
};
const process = (by: EngineDevice, entry: Omit<IncomingEntry, 'conversation'>) =>
  by.run((engine, records) => engine.process(records, by.ref, { conversation, ...entry }));
const entryOf = (sender: DeviceRef, seq: number, rest: Partial<IncomingEntry>) => {
  const head = { sender, seq, generation: 1, epoch: 1, clientId: `after-${seq}` };
  const none = { adds: [], removes: [], mode: null, parts: [] };
  return { ...head, kind: 'message', class: 'loud', ...none, ...rest } as const;
};
const send = async (by: EngineDevice, seq: number) => {
  const { sender, generation, epoch, clientId } = entryOf(by.ref, seq, {});
  const head = { conversation, sender, generation, epoch, clientId };
  const binding = { ...head, class: 'loud', parent: null } as const;
  const parts = await by.run((engine, records) =>
    engine.encrypt(records, new TextEncoder().encode('hello'), binding),
  );
  const forAll = parts.map(({ bytes }) => ({ audience: 'all' as const, bytes }));
  return entryOf(by.ref, seq, { parts: forAll });
};

describe('records of the first version', () => {
  it('are gone on with, and rewritten by the first message', async () => {
    const [alice, bob] = [revived('alice'), revived('bob')];
    expect(keysIn(bob.copy())).toEqual([...others, `engine/staged/${conversation}`]);
    for (const device of [alice, bob]) {
      const before = await secretsOf(device.copy(), 9);
      expect(holds(device.copy(), before)).toBe(true);
      expect(textsOf([await process(device, old().unread)])).toEqual(['not read yet']);
      expect(keysIn(device.copy())).toEqual(expect.arrayContaining(blocks(0, 1)));
      expect(holds(device.copy(), before)).toBe(false);
      expect(await process(device, old().unread)).toEqual({ kind: 'duplicate' });
      device.restart();
    }
    expect(textsOf([await process(bob, await send(alice, 5))])).toEqual(['hello']);
    expect(textsOf([await process(alice, await send(bob, 6))])).toEqual(['hello']);
  });

  it('are gone on with by sending first', async () => {
    const [alice, bob] = [revived('alice'), revived('bob')];
    const sent = await secretsOf(alice.copy(), 0);
    const entry = await send(alice, 5);
    expect(holds(alice.copy(), sent)).toBe(false);
    expect(holds(bob.copy(), sent)).toBe(true);
    expect(textsOf([await process(bob, entry)])).toEqual(['hello']);
    expect(holds(bob.copy(), sent)).toBe(false);
  });

  it('hold a staged commit, which comes into force', async () => {
    const [alice, bob] = [revived('alice'), revived('bob')];
    const { clientId, parts, adds, removes, mode, epoch } = old().staged;
    const given = parts.flatMap(({ audience, bytes }) =>
      audience === 'all' ? [{ audience, bytes }] : [],
    );
    const said = { kind: 'commit', class: 'quiet', adds, removes, mode, epoch } as const;
    const commit = entryOf(bob.ref, 5, { ...said, clientId, parts: given });
    expect(await process(alice, commit)).toMatchObject({ kind: 'commit', epoch: 2 });
    const accepted = { accepted: true, seq: 5 } as const;
    const settled = await bob.run((engine, records) =>
      engine.settle(records, conversation, clientId, accepted),
    );
    expect(settled).toBe(true);
    const secrets = [alice, bob].map(({ engine, records }) =>
      engine.exportSecret(records, conversation, 'test', 32),
    );
    const [ours, theirs] = await Promise.all(secrets);
    expect(ours).toEqual(theirs);
    expect(keysIn(bob.copy())).toEqual(keysIn(alice.copy()));
  });

  it('are forgotten whole', async () => {
    const bob = revived('bob');
    await bob.run((engine, records) => engine.forget(records, conversation));
    expect(keysIn(bob.copy())).toEqual([]);
  });
});
