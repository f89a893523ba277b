import { describe, expect, it } from 'vitest';
import type { KeyedDevice } from '../engine/engine.port.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { AccountKey } from './account-key.ts';
import { issueDeviceCertificate } from './device-certificate.ts';
import { acceptAccountKey, markVerified, pinFirstSeen, readPins } from './pins.ts';
import { judgeConversation, type DirectoryAccount, type DirectoryDevice } from './trust.ts';

const createdAtMs = 1_700_000_000_000;
const nowMs = 1_800_000_000_000;
const keyOf = (device: string) => new Uint8Array(32).fill(device.length);
const keyed = (account: string, device: string): KeyedDevice => ({
  account,
  device,
  signatureKey: keyOf(device),
});

async function certified(
  accountKey: AccountKey,
  account: string,
  device: string,
): Promise<DirectoryDevice> {
  const signatureKey = keyOf(device);
  const claim = { accountId: account, deviceId: device, signatureKey, createdAtMs };
  const certificate = await issueDeviceCertificate(accountKey, claim);
  return { device, signatureKey, certificate, createdAtMs, revoked: false };
}

/** A directory in which alice has a phone and bob a laptop. */
async function twoAccounts() {
  const [aliceKey, bobKey] = [await AccountKey.generate(), await AccountKey.generate()];
  const phone = await certified(aliceKey, 'alice', 'phone');
  const laptop = await certified(bobKey, 'bob', 'laptop');
  const alice: DirectoryAccount = { accountKey: aliceKey.publicKey, devices: [phone] };
  const bob: DirectoryAccount = { accountKey: bobKey.publicKey, devices: [laptop] };
  return { aliceKey, bobKey, phone, laptop, alice, bob };
}
const both = [keyed('alice', 'phone'), keyed('bob', 'laptop')];
const pinOf = (accountKey: Uint8Array, verified = false) => ({
  accountKey,
  verified,
  pinnedAtMs: 1,
});

describe('the judgement of a conversation', () => {
  it('lets certified devices pass, and gives the keys that were seen first', async () => {
    const { alice, bob } = await twoAccounts();
    const pins = new Map([['bob', pinOf(bob.accountKey, true)]]);
    const verdict = await judgeConversation(both, new Map(Object.entries({ alice, bob })), pins);
    expect(verdict).toEqual({
      devices: [
        { account: 'alice', device: 'phone', judgement: 'ok', verified: false },
        { account: 'bob', device: 'laptop', judgement: 'ok', verified: true },
      ],
      quarantine: false,
      because: [],
      firstSeen: [{ account: 'alice', accountKey: alice.accountKey }],
    });
  });

  it.each([
    ['unknown_account', () => null],
    ['uncertified', (bob: DirectoryAccount) => ({ ...bob, devices: [] })],
    ['uncertified', change({ certificate: null })],
    ['uncertified', change({ certificate: new Uint8Array(64) })],
    ['uncertified', change({ createdAtMs: createdAtMs + 1 })],
    ['uncertified', change({ device: 'tablet' })],
    ['uncertified', change({ signatureKey: new Uint8Array(32) })],
    ['uncertified', change({ revoked: true, certificate: null })],
    ['revoked', change({ revoked: true })],
    ['changed_account_key', (bob: DirectoryAccount) => ({ ...bob, accountKey: keyOf('other') })],
  ])('quarantines by name a device that is %s', async (judgement, changed) => {
    const { alice, bob } = await twoAccounts();
    const pins = new Map([['bob', pinOf(bob.accountKey)]]);
    const entry = changed(bob);
    const directory = new Map([['alice', alice], ...(entry ? [['bob', entry] as const] : [])]);
    const verdict = await judgeConversation(both, directory, pins);
    expect(verdict.quarantine).toBe(true);
    expect(verdict.because).toEqual([
      { account: 'bob', device: 'laptop', judgement, verified: false },
    ]);
  });

  it("is not deceived by the certificate of another account's device", async () => {
    const { bobKey, alice, bob } = await twoAccounts();
    const ghost = await certified(bobKey, 'alice', 'ghost');
    const withGhost = { ...alice, devices: [...alice.devices, ghost] };
    const directory = new Map(Object.entries({ alice: withGhost, bob }));
    const verdict = await judgeConversation(
      [...both, keyed('alice', 'ghost')],
      directory,
      new Map(),
    );
    expect(verdict.because).toMatchObject([{ device: 'ghost', judgement: 'uncertified' }]);
  });

  it('finds the record of the key in use among several of one device', async () => {
    const { alice, bob } = await twoAccounts();
    const old = bob.devices.map((device) => ({
      ...device,
      signatureKey: keyOf(''),
      revoked: true,
    }));
    const directory = new Map(
      Object.entries({ alice, bob: { ...bob, devices: [...old, ...bob.devices] } }),
    );
    expect((await judgeConversation(both, directory, new Map())).quarantine).toBe(false);
  });

  it('pins no key under which no device is certified', async () => {
    const { alice, bob } = await twoAccounts();
    const directory = new Map(
      Object.entries({ alice, bob: { ...bob, accountKey: keyOf('forged') } }),
    );
    const { firstSeen } = await judgeConversation(both, directory, new Map());
    expect(firstSeen.map(({ account }) => account)).toEqual(['alice']);
  });
});

describe('a pinned account key', () => {
  const [key, other] = [keyOf('one'), keyOf('other')];
  const bobs = { account: 'bob', accountKey: key };
  const pinned = async () => {
    const store = await MemoryStore.open();
    await store.commit(await pinFirstSeen(store, [bobs], nowMs));
    return store;
  };

  it('is the first one that was seen, and stays', async () => {
    const store = await pinned();
    const again = await pinFirstSeen(store, [{ account: 'bob', accountKey: other }], nowMs + 1);
    expect(again.size).toBe(0);
    const pins = await readPins(store, ['bob', 'carol', 'bob']);
    expect(pins).toEqual(
      new Map([['bob', { accountKey: key, verified: false, pinnedAtMs: nowMs }]]),
    );
  });

  it('is verified only if it is the one that was compared', async () => {
    const store = await pinned();
    expect(await markVerified(store, { account: 'bob', accountKey: other })).toBeNull();
    expect(await markVerified(store, { account: 'carol', accountKey: key })).toBeNull();
    const writes = await markVerified(store, bobs);
    if (writes) await store.commit(writes);
    expect((await readPins(store, ['bob'])).get('bob')).toMatchObject({ verified: true });
  });

  it('is replaced when a person accepts another, which is then not verified', async () => {
    const store = await pinned();
    const writes = await markVerified(store, bobs);
    if (writes) await store.commit(writes);
    await store.commit(acceptAccountKey({ account: 'bob', accountKey: other }, nowMs + 5));
    expect((await readPins(store, ['bob'])).get('bob')).toEqual({
      accountKey: other,
      verified: false,
      pinnedAtMs: nowMs + 5,
    });
  });

  it('that is damaged in the store is a fault, not an account without a pin', async () => {
    const store = await pinned();
    await store.commit(new Map([['trust/pin/bob', new Uint8Array(3)]]));
    await expect(readPins(store, ['bob'])).rejects.toMatchObject({ code: 'corrupt' });
  });
});

function change(fields: Partial<DirectoryDevice>) {
  return (account: DirectoryAccount): DirectoryAccount => ({
    ...account,
    devices: account.devices.map((device) => ({ ...device, ...fields })),
  });
}
