import { createHash, randomBytes } from 'node:crypto';
import type { AccountId, DeviceId, DeviceRef, SessionId } from '@sealpost/domain';
import { deviceCertificateBytes } from '@sealpost/protocol';
import { TOKENS } from '../../src/composition/tokens.ts';
import { type RawKey, rawKey, suite } from '../support/people.ts';
import type { Subject } from './subject.ts';

/** A device that is logged in. */
export interface Device extends DeviceRef {
  readonly key: RawKey;
  readonly session: SessionId;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Person {
  readonly account: AccountId;
  readonly handle: string;
  readonly key: RawKey;
}

const day = 24 * 3_600_000;
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
export const sha256 = (of: Uint8Array | string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(of).digest());

/** A bundle under the digest of its body. */
export function aBundle() {
  const body = new Uint8Array(randomBytes(40));
  const ref = createHash('sha256').update(body).digest('hex');
  return { ref, body, expiresAt: Date.now() + day };
}

/** Makes people and devices as registration, log-in and linking do, without their slow passwords. */
export class People {
  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** `known`: with the password that cases know; otherwise with one that nobody does. */
  async person(name: string, known = false): Promise<Person> {
    const { get, stores, hashes } = this.#subject;
    const account = (await get(TOKENS.random)).id();
    const handle = `${name}-${account.slice(0, 12)}`;
    await stores.accounts.create({
      id: account,
      handle,
      passwordHash: known ? hashes.known : hashes.secret,
      now: Date.now(),
    });
    return { account, handle, key: rawKey() };
  }

  async pending(person: Person, name: string): Promise<Device> {
    const { get, stores } = this.#subject;
    const device = (await get(TOKENS.random)).id();
    await stores.devices.enrol({ id: device, account: person.account, name, now: Date.now() }, 100);
    return this.loggedIn({ account: person.account, device }, rawKey(), false);
  }

  async first(person: Person, name: string): Promise<Device> {
    const pending = await this.pending(person, name);
    const keys = this.certificate(person, pending);
    await this.#subject.stores.devices.certifyFirst(pending.device, {
      accountKey: person.key.publicKey,
      ...keys,
    });
    return this.loggedIn(pending, pending.key, true);
  }

  /** Asks to be linked, and is offered to be if somebody offers. */
  async linking(person: Person, name: string, by: DeviceId | null): Promise<Device> {
    const { devices } = this.#subject.stores;
    const pending = await this.pending(person, name);
    const signatureKey = pending.key.publicKey;
    await devices.publishLink(pending.device, {
      signatureKey,
      linkKey: sha256('link'),
      commitment: sha256(new Uint8Array(32)),
    });
    if (by === null) return pending;
    await devices.offerLink(pending.device, { by, nonce: new Uint8Array(32) });
    await devices.revealLink(pending.device, new Uint8Array(32));
    return pending;
  }

  /** A further device, whose package is not fetched yet. */
  async linked(person: Person, name: string, by: DeviceId): Promise<Device> {
    const pending = await this.linking(person, name, by);
    const { certificate, certifiedAt } = this.certificate(person, pending);
    await this.#subject.stores.devices.approve(pending.device, {
      by,
      certificate,
      certifiedAt,
      package: sha256(name),
      packageExpiresAt: Date.now() + day,
      limit: 100,
    });
    return this.loggedIn(pending, pending.key, true);
  }

  certificate(
    person: Person,
    { account, device, key }: Pick<Device, 'account' | 'device' | 'key'>,
  ) {
    const [signatureKey, certifiedAt] = [key.publicKey, Date.now()];
    const claim = { accountId: account, deviceId: device, signatureKey, createdAtMs: certifiedAt };
    const signed = deviceCertificateBytes(claim) ?? new Uint8Array();
    return { signatureKey, certifiedAt, certificate: bytes(person.key.sign(signed)) };
  }

  /** With an access token that ends so much later. */
  async loggedIn(
    { account, device }: DeviceRef,
    key: RawKey,
    certified: boolean,
    lifeMs = 600_000,
  ): Promise<Device> {
    const { get, stores } = this.#subject;
    const [random, tokens] = await Promise.all([get(TOKENS.random), get(TOKENS.accessTokens)]);
    const [session, refreshToken, now] = [random.id(), random.id() + random.id(), Date.now()];
    await stores.sessions.create({
      id: session,
      account,
      device,
      tokenHash: sha256(refreshToken),
      now,
      expiresAt: now + day,
    });
    const claims = { account, device, session, certified, expiresAt: now + lifeMs };
    const accessToken = await tokens.issue(claims);
    return { account, device, key, session, accessToken, refreshToken };
  }

  /** Leaves bundles of `device`; answers their refs, the last resort's at the end. */
  async stock(device: DeviceRef): Promise<string[]> {
    const [lastResort, ...oneTime] = [aBundle(), aBundle(), aBundle(), aBundle()];
    const { account, device: id } = device;
    await this.#subject.stores.keys.upload({
      device: { account, device: id },
      suite,
      oneTime,
      lastResort: lastResort ?? null,
      now: Date.now(),
      limit: 100,
    });
    return [...oneTime.map(({ ref }) => ref), ...(lastResort ? [lastResort.ref] : [])];
  }
}
