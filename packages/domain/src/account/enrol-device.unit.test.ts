import { memoryStores } from '@sealpost/adapter-memory';
import {
  aLink,
  aPendingDevice,
  aStoredAccount,
  many,
  RecordedFanOut,
  sha256Of,
  someBytes,
  testSignature,
  TestTime,
  testVerifier,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { concat, uint32, utf8 } from '../shared/bytes.ts';
import type { DeviceId, DeviceRef } from '../shared/ids.ts';
import { defaultLimits, type Limits } from '../shared/limits.ts';
import type { CertificateBytes } from './certificate-bytes.port.ts';
import { EnrolDevice } from './enrol-device.ts';

const certificateBytes: CertificateBytes = ({ account, device, signatureKey, certifiedAt }) =>
  certifiedAt < 0
    ? null
    : concat([utf8(`${account} ${device}`), signatureKey, uint32(certifiedAt)]);
const accountKey = sha256Of('account key');
const keyOf = (device: DeviceId) => sha256Of(`key of ${device}`);
/** What the account key says of a device. */
const certificateFor = (ref: DeviceRef, by = accountKey) => {
  const claim = { ...ref, signatureKey: keyOf(ref.device), certifiedAt: 1_000 };
  const certificate = testSignature(by, certificateBytes(claim) ?? new Uint8Array());
  return { signatureKey: claim.signatureKey, certificate, certifiedAt: 1_000 };
};

async function aWorld(given: Partial<Limits> = {}) {
  const stores = memoryStores();
  const fanOut = new RecordedFanOut();
  const clock = new TestTime();
  const limits = { ...defaultLimits, ...given };
  const enrol = new EnrolDevice({
    ...stores,
    verifier: testVerifier,
    certificateBytes,
    fanOut,
    clock,
    limits,
  });
  const account = await aStoredAccount(stores);
  const pending = async (of = account): Promise<DeviceRef> => ({
    account: of,
    device: await aPendingDevice(stores, of),
  });
  const first = await pending();
  await enrol.certifyFirst(first, accountKey, certificateFor(first));
  const publish = (ref: DeviceRef) =>
    enrol.publish(ref, { ...aLink(), signatureKey: keyOf(ref.device) });
  /** A pending device that only the approval is missing. */
  const revealed = async (): Promise<DeviceRef> => {
    const ref = await pending();
    await publish(ref);
    await enrol.offer(first, ref.device, someBytes(32, 1));
    await enrol.reveal(ref, someBytes(32, 2));
    return ref;
  };
  const approve = (ref: DeviceRef, by = first, bytes = 10) => {
    const { certificate, certifiedAt } = certificateFor(ref);
    return enrol.approve(by, ref.device, { certificate, certifiedAt, package: someBytes(bytes) });
  };
  return { stores, fanOut, clock, enrol, account, first, pending, publish, revealed, approve };
}
const refused = (code: string) => ({ ok: false, error: { code } });
const done = { ok: true, value: null };

describe('the first device of an account', () => {
  it('certifies itself and brings the account key', async () => {
    const { stores, fanOut, account, first } = await aWorld();
    expect(await stores.accounts.find(account)).toMatchObject({ accountKey, deviceListVersion: 1 });
    expect(await stores.devices.find(first.device)).toMatchObject({
      status: 'certified',
      signatureKey: keyOf(first.device),
    });
    expect(fanOut.notices).toEqual([{ kind: 'devices_changed', account }]);
  });

  it('is one: no second device brings another account key, and the first does so once', async () => {
    const { enrol, first, pending } = await aWorld();
    const second = await pending();
    expect(await enrol.certifyFirst(second, accountKey, certificateFor(second))).toEqual(
      refused('has_key'),
    );
    expect((await enrol.certifyFirst(first, accountKey, certificateFor(first))).ok).toBe(false);
  });

  it('is one of those that try at once', async () => {
    const { stores, enrol, pending } = await aWorld();
    const account = await aStoredAccount(stores);
    const devices = [await pending(account), await pending(account), await pending(account)];
    const results = await Promise.all(
      devices.map((ref) => enrol.certifyFirst(ref, accountKey, certificateFor(ref))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await stores.devices.certified([account])).map(({ id }) => id)).toEqual(
      devices.filter((_, index) => results[index]?.ok).map(({ device }) => device),
    );
  });

  it('needs a certificate of that key for that device', async () => {
    const { stores, enrol, pending } = await aWorld();
    const ref = await pending(await aStoredAccount(stores));
    const other = await pending(ref.account);
    const good = certificateFor(ref);
    for (const bad of [
      certificateFor(ref, sha256Of('another key')),
      { ...certificateFor(other), signatureKey: good.signatureKey },
      { ...good, signatureKey: keyOf('another') },
      { ...good, certifiedAt: 1_001 },
      { ...good, certifiedAt: -1, certificate: testSignature(accountKey, new Uint8Array()) },
    ])
      expect(await enrol.certifyFirst(ref, accountKey, bad)).toEqual(refused('bad_certificate'));
    expect(await enrol.certifyFirst(ref, accountKey, good)).toEqual(done);
  });
});

describe('linking a further device', () => {
  it('goes from publication over offer and opening to approval, and each step is told to the account', async () => {
    const { stores, fanOut, enrol, account, first, pending, publish, approve } = await aWorld();
    const ref = await pending();
    fanOut.notices.splice(0);
    expect(await publish(ref)).toEqual(done);
    expect(await enrol.offer(first, ref.device, someBytes(32, 1))).toEqual(done);
    expect(await enrol.link(ref, ref.device)).toMatchObject({
      value: { link: { offer: { by: first.device, nonce: someBytes(32, 1) }, reveal: null } },
    });
    expect(await enrol.reveal(ref, someBytes(32, 2))).toEqual(done);
    expect(await enrol.link(first, ref.device)).toMatchObject({
      value: { link: { reveal: someBytes(32, 2) } },
    });
    expect(await approve(ref)).toEqual(done);
    expect(fanOut.notices).toEqual(many(4, () => ({ kind: 'devices_changed', account })));
    expect(await stores.devices.find(ref.device)).toMatchObject({
      status: 'certified',
      signatureKey: keyOf(ref.device),
    });
    expect((await stores.accounts.find(account))?.deviceListVersion).toBe(2);
  });

  it('hands the sealed package out once, to its device, and not after ten minutes', async () => {
    const { clock, enrol, first, revealed, approve } = await aWorld();
    const [one, two] = [await revealed(), await revealed()];
    await approve(one);
    await approve(two);
    expect(await enrol.takePackage(first)).toBeNull();
    await clock.advance(defaultLimits.linkPackageMs - 1);
    expect(await enrol.takePackage(one)).toEqual(someBytes(10));
    expect(await enrol.takePackage(one)).toBeNull();
    await clock.advance(1);
    expect(await enrol.takePackage(two)).toBeNull();
  });

  it('is refused step by step when a step is missing', async () => {
    const { enrol, first, pending, publish, revealed, approve } = await aWorld();
    const ref = await pending();
    expect(await enrol.offer(first, ref.device, someBytes(32))).toEqual(refused('not_published'));
    expect(await enrol.reveal(ref, someBytes(32))).toEqual(refused('no_offer'));
    expect(await approve(ref)).toEqual(refused('not_published'));
    await publish(ref);
    expect(await approve(ref)).toEqual(refused('not_revealed'));
    await enrol.offer(first, ref.device, someBytes(32, 1));
    expect(await enrol.offer(first, ref.device, someBytes(32, 2))).toEqual(
      refused('already_offered'),
    );
    expect(await approve(ref)).toEqual(refused('not_revealed'));
    const linked = await revealed();
    await approve(linked);
    expect(await publish(linked)).toEqual(refused('not_pending'));
    expect(await approve(linked)).toEqual(refused('not_pending'));
  });

  it('is for the account’s own devices, of which only certified ones approve', async () => {
    const { stores, enrol, pending, revealed, approve } = await aWorld();
    const ref = await revealed();
    const strangers = await aWorld();
    const stranger = strangers.first;
    expect(await enrol.offer(stranger, ref.device, someBytes(32))).toEqual(
      refused('not_certified'),
    );
    const other = await pending();
    expect(await enrol.offer(other, ref.device, someBytes(32))).toEqual(refused('not_certified'));
    expect(await approve(ref, other)).toEqual(refused('not_certified'));
    const elsewhere = await pending(await aStoredAccount(stores));
    expect(await approve(elsewhere)).toEqual(refused('not_found'));
    expect(await approve({ ...ref, device: 'nowhere' })).toEqual(refused('not_found'));
  });

  it('is approved by the device that made the offer alone', async () => {
    const { first, revealed, approve } = await aWorld();
    const [one, two] = [await revealed(), await revealed()];
    await approve(one);
    expect(await approve(two, one)).toEqual(refused('not_revealed'));
    expect(await approve(two, first)).toEqual(done);
  });

  it('needs a certificate for the key that was published last', async () => {
    const { stores, enrol, first, revealed, approve } = await aWorld();
    const ref = await revealed();
    const bad = {
      certificate: certificateFor(ref, sha256Of('thief’s key')).certificate,
      certifiedAt: 1_000,
      package: someBytes(1),
    };
    expect(await enrol.approve(first, ref.device, bad)).toEqual(refused('bad_certificate'));
    // Whoever publishes another key in between begins again.
    await enrol.publish(ref, aLink());
    expect((await approve(ref)).ok).toBe(false);
    expect((await stores.devices.find(ref.device))?.status).toBe('pending');
  });

  it('keeps to the limits of devices and of the package', async () => {
    const { approve, revealed } = await aWorld({ devicesPerAccount: 2, linkPackageBytes: 20 });
    const [one, two] = [await revealed(), await revealed()];
    expect(await approve(one, undefined, 21)).toEqual({
      ok: false,
      error: { code: 'too_large', limitBytes: 20, actualBytes: 21 },
    });
    expect(await approve(one, undefined, 20)).toEqual(done);
    expect(await approve(two)).toEqual({
      ok: false,
      error: { code: 'too_many_devices', limit: 2 },
    });
  });

  it('happens once when the approval comes several times at once, and the limit holds', async () => {
    const { stores, account, approve, revealed } = await aWorld({ devicesPerAccount: 2 });
    const [one, two] = [await revealed(), await revealed()];
    const results = await Promise.all([approve(one), approve(two), approve(one), approve(two)]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await stores.devices.certified([account])).toHaveLength(2);
  });

  it('shows how far it got to the device itself and to certified ones, and to no other pending device', async () => {
    const { enrol, first, pending, revealed } = await aWorld();
    const ref = await revealed();
    const other = await pending();
    expect((await enrol.link(ref, ref.device)).ok).toBe(true);
    expect((await enrol.link(first, ref.device)).ok).toBe(true);
    expect(await enrol.link(other, ref.device)).toEqual(refused('not_found'));
    expect(await enrol.link(first, 'nowhere')).toEqual(refused('not_found'));
    const strangers = await aWorld();
    expect(await enrol.link(strangers.first, ref.device)).toEqual(refused('not_found'));
    expect(await enrol.link(other, other.device)).toMatchObject({ value: { link: null } });
  });
});
