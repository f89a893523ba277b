import type { Core } from '../core/ports.ts';
import { at, type DeviceRecord } from '../core/records.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import { AccountKey } from '../identity/account-key.ts';
import { issueDeviceCertificate } from '../identity/device-certificate.ts';
import type { Session } from '../session/session.ts';

/** What a device holds before it is certified; kept so that a crash in between repeats nothing and loses nothing. */
interface OwnKeys {
  readonly signatureKey: Uint8Array;
  readonly certifiedAt: number;
}

const ownKeys = 'own-keys';

/** This device's own keys, and the certification of an account's first device by itself. */
export class CertifySelf {
  readonly #core: Core;
  readonly #session: Session;

  constructor(core: Core, session: Session) {
    this.#core = core;
    this.#session = session;
  }

  /** The device's signature key, made on the first call. */
  async identity(): Promise<OwnKeys> {
    const { account, device } = await this.#session.me();
    return this.#core.vault.transact(async (draft) => {
      const known = await draft.read<OwnKeys>(ownKeys);
      if (known) return known;
      const { signatureKey } = draft.take(
        await this.#core.engine.createIdentity({ account, device }),
      );
      const keys = { signatureKey, certifiedAt: this.#core.clock.now() };
      draft.write(ownKeys, keys);
      return keys;
    });
  }

  /** Makes the account key and certifies this device by it; can be repeated after a lost answer. */
  async asFirst(): Promise<void> {
    const { account, device } = await this.#session.me();
    const { signatureKey, certifiedAt } = await this.identity();
    const accountKey = await this.#accountKey();
    const claim = { accountId: account, deviceId: device, signatureKey, createdAtMs: certifiedAt };
    const certificate = await issueDeviceCertificate(accountKey, claim);
    const result = await this.#session.call('certifyFirst', {
      body: { accountKey: accountKey.publicKey, signatureKey, certificate, certifiedAt },
    });
    if (!result.ok && !(await this.#isCertified(device))) throw SealpostError.refused(result.error);
    await this.certified(accountKey);
  }

  /** Takes note that this device is certified, and has its token say so. */
  async certified(accountKey: AccountKey): Promise<void> {
    await this.#core.vault.transact(async (draft) => {
      const record = await draft.read<DeviceRecord>(at.device);
      if (record)
        draft.write(at.device, { ...record, certified: true, accountKey: accountKey.publicKey });
      draft.write(at.accountSeed, { seed: accountKey.seed() });
    });
    await this.#session.renew();
  }

  /** Null on a device that was not given the account key. */
  async accountKey(): Promise<AccountKey | null> {
    const stored = await this.#core.vault.read<{ seed: Uint8Array }>(at.accountSeed);
    return stored && AccountKey.fromSeed(stored.seed);
  }

  async #accountKey(): Promise<AccountKey> {
    const known = await this.accountKey();
    if (known) return known;
    const made = await AccountKey.generate();
    await this.#core.vault.transact(async (draft) =>
      draft.write(at.accountSeed, { seed: made.seed() }),
    );
    return made;
  }

  async #isCertified(device: string): Promise<boolean> {
    const { devices } = await this.#session.need('ownAccount');
    return devices.some((certified) => certified.device === device);
  }
}
