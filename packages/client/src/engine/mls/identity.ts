import { decodeRecord, encodeRecord } from '../record-codec.ts';
import {
  EngineMisuse,
  type Bytes,
  type DeviceRef,
  type Records,
  type Step,
} from '../engine.port.ts';
import { encodeCredential } from './credential.ts';
import { newSignatureKeys, signBytes, type SignatureKeys } from './ts-mls.ts';

export interface Identity {
  readonly self: DeviceRef;
  readonly keys: SignatureKeys;
}

const KEY = 'engine/identity';
const VERSION = 1;

export async function createIdentity({
  account,
  device,
}: DeviceRef): Promise<Step<{ readonly signatureKey: Bytes }>> {
  const self = { account, device };
  encodeCredential(self);
  const keys = await newSignatureKeys();
  const identity: Identity = { self, keys };
  return {
    result: { signatureKey: keys.publicKey },
    writes: new Map([[KEY, encodeRecord(VERSION, identity)]]),
  };
}

export async function loadIdentity(records: Records): Promise<Identity> {
  const bytes = await records.get(KEY);
  if (bytes === null) throw new EngineMisuse('no_identity', 'this device has no signature key');
  return decodeRecord<Identity>(VERSION, bytes);
}

export async function sign(records: Records, message: Bytes): Promise<Bytes> {
  const { keys } = await loadIdentity(records);
  return signBytes(keys.signKey, message);
}
