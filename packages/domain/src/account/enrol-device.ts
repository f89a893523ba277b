import type { FanOut } from '../log/fan-out.port.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { AccountId, Bytes, DeviceId, DeviceRef, Timestamp } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { CertifyRefusal, LinkRefusal } from './account-refusal.ts';
import type { AccountStore } from './account-store.port.ts';
import type { CertificateBytes } from './certificate-bytes.port.ts';
import type { Device, DeviceStore, Link } from './device-store.port.ts';
import type { SignatureVerifier } from './signature-verifier.port.ts';

export interface EnrolDevicePorts {
  readonly devices: DeviceStore;
  readonly accounts: AccountStore;
  readonly verifier: SignatureVerifier;
  readonly certificateBytes: CertificateBytes;
  readonly fanOut: FanOut;
  readonly clock: Clock;
  readonly limits: Limits;
}

export interface Certificate {
  readonly signatureKey: Bytes;
  readonly certificate: Bytes;
  readonly certifiedAt: Timestamp;
}

/**
 * From pending to certified. An account's first device brings the account key and certifies itself; every other one is
 * approved by a certified device after people compared a short string, which the server can neither know nor choose.
 */
export class EnrolDevice {
  readonly #ports: EnrolDevicePorts;

  constructor(ports: EnrolDevicePorts) {
    this.#ports = ports;
  }

  async certifyFirst(
    device: DeviceRef,
    accountKey: Bytes,
    proof: Certificate,
  ): Promise<Result<null, CertifyRefusal>> {
    if (!this.#certifies(device, accountKey, proof)) return refuse({ code: 'bad_certificate' });
    const outcome = await this.#ports.devices.certifyFirst(device.device, { accountKey, ...proof });
    if (outcome !== 'certified') return refuse({ code: outcome });
    this.#changed(device.account);
    return ok(null);
  }

  async publish(
    device: DeviceRef,
    link: { readonly signatureKey: Bytes; readonly linkKey: Bytes; readonly commitment: Bytes },
  ): Promise<Result<null, LinkRefusal>> {
    const outcome = await this.#ports.devices.publishLink(device.device, link);
    if (outcome !== 'published') return refuse({ code: outcome });
    this.#changed(device.account);
    return ok(null);
  }

  /** For the pending device itself and for the account's certified devices; to others there is no such device. */
  async link(
    asker: DeviceRef,
    pending: DeviceId,
  ): Promise<Result<{ device: Device; link: Link | null }, LinkRefusal>> {
    const device = await this.#own(asker.account, pending);
    const asking = asker.device === pending ? device : await this.#own(asker.account, asker.device);
    const mayAsk = asker.device === pending || asking?.status === 'certified';
    if (!device || !mayAsk) return refuse({ code: 'not_found' });
    return ok({ device, link: await this.#ports.devices.link(pending) });
  }

  async offer(by: DeviceRef, pending: DeviceId, nonce: Bytes): Promise<Result<null, LinkRefusal>> {
    const hindrance = await this.#mayApprove(by, pending);
    if (hindrance) return refuse(hindrance);
    const outcome = await this.#ports.devices.offerLink(pending, { by: by.device, nonce });
    if (outcome !== 'offered') return refuse({ code: outcome });
    this.#changed(by.account);
    return ok(null);
  }

  async reveal(device: DeviceRef, nonce: Bytes): Promise<Result<null, LinkRefusal>> {
    const outcome = await this.#ports.devices.revealLink(device.device, nonce);
    if (outcome !== 'revealed') return refuse({ code: outcome });
    this.#changed(device.account);
    return ok(null);
  }

  async approve(
    by: DeviceRef,
    pending: DeviceId,
    approval: {
      readonly certificate: Bytes;
      readonly certifiedAt: Timestamp;
      readonly package: Bytes;
    },
  ): Promise<Result<null, LinkRefusal>> {
    const { devices, accounts, clock, limits } = this.#ports;
    const hindrance = await this.#mayApprove(by, pending);
    if (hindrance) return refuse(hindrance);
    const actualBytes = approval.package.length;
    if (actualBytes > limits.linkPackageBytes)
      return refuse({ code: 'too_large', limitBytes: limits.linkPackageBytes, actualBytes });
    const device = await devices.find(pending);
    const account = await accounts.find(by.account);
    if (!device?.signatureKey) return refuse({ code: 'not_published' });
    const signed =
      account?.accountKey &&
      this.#certifies({ account: by.account, device: pending }, account.accountKey, {
        ...approval,
        signatureKey: device.signatureKey,
      });
    if (!signed) return refuse({ code: 'bad_certificate' });
    const limit = limits.devicesPerAccount;
    const outcome = await devices.approve(pending, {
      ...approval,
      by: by.device,
      packageExpiresAt: clock.now() + limits.linkPackageMs,
      limit,
    });
    if (outcome === 'too_many_devices') return refuse({ code: outcome, limit });
    if (outcome !== 'certified') return refuse({ code: outcome });
    this.#changed(by.account);
    return ok(null);
  }

  /** The sealed package that the approving device left; handed out once. */
  takePackage(device: DeviceRef): Promise<Bytes | null> {
    return this.#ports.devices.takePackage(device.device, this.#ports.clock.now());
  }

  async #own(account: AccountId, id: DeviceId): Promise<Device | null> {
    const device = await this.#ports.devices.find(id);
    return device?.account === account ? device : null;
  }

  async #mayApprove(by: DeviceRef, pending: DeviceId): Promise<LinkRefusal | null> {
    const approving = await this.#own(by.account, by.device);
    if (approving?.status !== 'certified') return { code: 'not_certified' };
    return (await this.#own(by.account, pending)) ? null : { code: 'not_found' };
  }

  #certifies(
    device: DeviceRef,
    accountKey: Bytes,
    { signatureKey, certificate, certifiedAt }: Certificate,
  ): boolean {
    const signed = this.#ports.certificateBytes({ ...device, signatureKey, certifiedAt });
    return signed !== null && this.#ports.verifier.verify(accountKey, signed, certificate);
  }

  #changed(account: AccountId): void {
    this.#ports.fanOut.announce({ kind: 'devices_changed', account });
  }
}
