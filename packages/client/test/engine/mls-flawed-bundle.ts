import type { EngineAttacks } from '@sealpost/testing';
import type * as mls from 'ts-mls';
import { signKeyPackage } from 'ts-mls/keyPackage.js';
import { signLeafNodeKeyPackage } from 'ts-mls/leafNode.js';
import { sha256, toHex } from '../../src/engine/bytes.ts';
import { encodeCredential } from '../../src/engine/mls/credential.ts';
import {
  encodeKeyPackage,
  newKeyPackage,
  newSignatureKeys,
  SUITE,
} from '../../src/engine/mls/ts-mls.ts';
import { suite, wire } from './mls-library.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** A bundle whose leaf is as wanted, signed by whoever it says. */
export const flawedBundle: EngineAttacks['flawedBundle'] = async (device, flaw) => {
  const keys = await newSignatureKeys();
  const nowMs = Date.now();
  const ended = flaw === 'expired' ? YEAR_MS : 0;
  const lifetime = { fromMs: nowMs - YEAR_MS - ended, untilMs: nowMs + YEAR_MS - 2 * ended };
  const { keyPackage } = await newKeyPackage(encodeCredential(device), keys, lifetime);
  const { signature } = await suite();
  const key = typeof flaw === 'object' ? leafKeyOf(flaw.body) : new Uint8Array(32);
  const hpkePublicKey =
    typeof flaw === 'object' || flaw === 'dead_key' ? key : keyPackage.leafNode.hpkePublicKey;
  const capabilities = {
    ...keyPackage.leafNode.capabilities,
    credentials: flaw === 'incapable' ? [] : (['basic'] as mls.CredentialTypeName[]),
  };
  const leaf = { ...keyPackage.leafNode, hpkePublicKey, capabilities };
  const leafNode = await signLeafNodeKeyPackage(leaf, keys.signKey, signature);
  const made = await signKeyPackage({ ...keyPackage, leafNode }, keys.signKey, signature);
  const body = encodeKeyPackage(
    flaw === 'unsigned' ? { ...made, signature: made.signature.map((byte) => byte ^ 1) } : made,
  );
  const ref = toHex(await sha256(body));
  return { device, suite: SUITE, body, ref, lastResort: false, expiresAt: nowMs + YEAR_MS };
};

function leafKeyOf(body: Uint8Array): Uint8Array {
  const message = wire(body);
  if (message.wireformat !== 'mls_key_package') throw new Error('no key package');
  return message.keyPackage.leafNode.hpkePublicKey;
}
