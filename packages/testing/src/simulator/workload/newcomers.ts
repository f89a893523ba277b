import { generateKeyPairSync, sign } from 'node:crypto';
import type { DeviceRef } from '@sealpost/domain';
import type { WireCredentials } from '@sealpost/protocol';
import { certificateBytes } from '../server/stand-ins.ts';
import type { World } from '../world.ts';
import { callWith } from './call-as.ts';

/** Bytes that are no key, no signature and no secret of anybody's. */
export const junk = (length: number): Uint8Array => new Uint8Array(length).fill(7);

/** What a newcomer was let in as; null: it was not, or nobody heard. */
export async function credentials(
  world: World,
  name: 'register' | 'logIn',
  body: object,
): Promise<WireCredentials | null> {
  const answer = await callWith(world, null, name, { body });
  return answer?.ok === true ? (answer.value as WireCredentials) : null;
}

/** As if one's device were the first of its account, by no key. */
export const selfMade = (certifiedAt: number): object => ({
  accountKey: junk(32),
  signatureKey: junk(32),
  certificate: junk(64),
  certifiedAt,
});

/** The same by a key of one's own, rightly signed. */
export function signed(of: DeviceRef, certifiedAt: number): object {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  // The key itself stands at the end of its description.
  const accountKey = Uint8Array.from(
    publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
  );
  const signatureKey = junk(32);
  const claim = certificateBytes({ ...of, signatureKey, certifiedAt }) ?? junk(0);
  const certificate = Uint8Array.from(sign(null, claim, privateKey));
  return { accountKey, signatureKey, certificate, certifiedAt };
}
