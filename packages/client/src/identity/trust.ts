import type { Bytes, DeviceRef, KeyedDevice } from '../engine/engine.port.ts';
import { equalInConstantTime } from './constant-time.ts';
import { verifyDeviceCertificate } from './device-certificate.ts';
import type { AccountKeyRef, Pin } from './pins.ts';

/** What the server's directory says of a device. Nothing of it is believed but what the certificate proves. */
export interface DirectoryDevice {
  readonly device: string;
  readonly signatureKey: Bytes;
  /** Null while the device is pending. */
  readonly certificate: Bytes | null;
  readonly createdAtMs: number;
  readonly revoked: boolean;
}

export interface DirectoryAccount {
  readonly accountKey: Bytes;
  readonly devices: readonly DirectoryDevice[];
}

/**
 * - `unknown_account`: the directory has no such account.
 * - `changed_account_key`: the account shows another key than the pinned one; `acceptAccountKey` ends it.
 * - `uncertified`: the account key did not certify this signature key for this device: a ghost.
 * - `revoked`: certified, and revoked by its account.
 */
export type Judgement =
  | 'ok'
  | 'uncertified'
  | 'changed_account_key'
  | 'revoked'
  | 'unknown_account';

export interface JudgedDevice extends DeviceRef {
  readonly judgement: Judgement;
  /** Whether a person had compared the safety number of the account's pinned key. */
  readonly verified: boolean;
}

export interface TrustVerdict {
  readonly devices: readonly JudgedDevice[];
  /** True while any device is not `ok`: nothing is sent, and `because` is shown by name. */
  readonly quarantine: boolean;
  readonly because: readonly JudgedDevice[];
  /** Keys of accounts without a pin, under which at least one device is `ok`; for `pinFirstSeen`. */
  readonly firstSeen: readonly AccountKeyRef[];
}

/**
 * Judges the devices in the keys of one conversation. It reads and writes nothing: the caller fetches the directory's
 * accounts and the pins of the accounts that are in the keys.
 */
export async function judgeConversation(
  keyed: readonly KeyedDevice[],
  directory: ReadonlyMap<string, DirectoryAccount>,
  pins: ReadonlyMap<string, Pin>,
): Promise<TrustVerdict> {
  const devices = await Promise.all(
    keyed.map(async (device): Promise<JudgedDevice> => {
      const pin = pins.get(device.account) ?? null;
      return {
        account: device.account,
        device: device.device,
        judgement: await judge(device, directory.get(device.account) ?? null, pin),
        verified: pin?.verified ?? false,
      };
    }),
  );
  const because = devices.filter(({ judgement }) => judgement !== 'ok');
  const vouched = new Set(
    devices.filter(({ judgement }) => judgement === 'ok').map(({ account }) => account),
  );
  const firstSeen = [...directory]
    .filter(([account]) => vouched.has(account) && !pins.has(account))
    .map(([account, { accountKey }]) => ({ account, accountKey }));
  return { devices, quarantine: because.length > 0, because, firstSeen };
}

async function judge(
  keyed: KeyedDevice,
  account: DirectoryAccount | null,
  pin: Pin | null,
): Promise<Judgement> {
  if (account === null) return 'unknown_account';
  if (pin !== null && !equalInConstantTime(pin.accountKey, account.accountKey)) {
    return 'changed_account_key';
  }
  const record = account.devices.find(
    ({ device, signatureKey }) =>
      device === keyed.device && equalInConstantTime(signatureKey, keyed.signatureKey),
  );
  if (!record || record.certificate === null) return 'uncertified';
  const claim = {
    accountId: keyed.account,
    deviceId: keyed.device,
    signatureKey: keyed.signatureKey,
    createdAtMs: record.createdAtMs,
  };
  const certified = await verifyDeviceCertificate(account.accountKey, claim, record.certificate);
  if (!certified) return 'uncertified';
  return record.revoked ? 'revoked' : 'ok';
}
