import type { Bytes } from '../engine/engine.port.ts';
import { AccountKey } from './account-key.ts';
import { equalInConstantTime } from './constant-time.ts';
import { verifyDeviceCertificate } from './device-certificate.ts';
import { generateLinkKey, openLinkPackage } from './link-package.ts';
import {
  commitmentTo,
  isWellFormedRequest,
  linkDigits,
  linkTranscript,
  NONCE_BYTES,
  type LinkAnswer,
  type LinkFacts,
  type LinkRequest,
} from './link-transcript.ts';

/**
 * The new device's side of a linking, as data: the SDK stores it (`encodeLink`) before what follows from it leaves the
 * device, and after a crash goes on from there. It has secrets.
 *
 * 1. `beginLink`; publish `requestOf`.
 * 2. The approving device's answer comes: `takeAnswer`; send `revealOf`, show `joinerDigits`.
 * 3. The person says that both devices show the same: `confirmDigits`.
 * 4. The package comes: `openLink`.
 */
export interface JoinerLink {
  readonly role: 'joiner';
  readonly accountId: string;
  readonly request: LinkRequest;
  /** Secret until it is revealed. */
  readonly nonce: Bytes;
  /** Secret: the private half of `request.linkKey`. */
  readonly linkPrivateKey: Bytes;
  readonly answer: LinkAnswer | null;
  readonly confirmed: boolean;
}

export async function beginLink(device: {
  readonly accountId: string;
  readonly deviceId: string;
  readonly signatureKey: Bytes;
}): Promise<JoinerLink> {
  const { accountId, deviceId, signatureKey } = device;
  const { publicKey, privateKey } = await generateLinkKey();
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const request = { deviceId, signatureKey, linkKey: publicKey, commitment: commitmentTo(nonce) };
  if (!isWellFormedRequest(accountId, request)) {
    throw new RangeError('a device is linked by well-formed ids and a 32-byte key');
  }
  return {
    role: 'joiner',
    accountId,
    request,
    nonce,
    linkPrivateKey: privateKey,
    answer: null,
    confirmed: false,
  };
}

export type TakeAnswerResult =
  | { readonly ok: true; readonly link: JoinerLink }
  | { readonly ok: false; readonly code: 'malformed' | 'already_answered' };

/**
 * Takes the one answer of a linking. A second, other one is refused with `already_answered`: whoever may try answers
 * after it has seen the nonce can choose the digits. The same one again changes nothing.
 */
export function takeAnswer(link: JoinerLink, answer: LinkAnswer): TakeAnswerResult {
  if (answer.accountKey.length !== 32 || answer.nonce.length !== NONCE_BYTES) {
    return { ok: false, code: 'malformed' };
  }
  if (link.answer === null) return { ok: true, link: { ...link, answer } };
  const same =
    equalInConstantTime(link.answer.accountKey, answer.accountKey) &&
    equalInConstantTime(link.answer.nonce, answer.nonce);
  return same ? { ok: true, link } : { ok: false, code: 'already_answered' };
}

/** The nonce to send to the approving device; null before the answer is stored, when it must stay secret. */
export const revealOf = (link: JoinerLink): Bytes | null => link.answer && link.nonce;

/** The six digits to show; null before the answer. */
export const joinerDigits = (link: JoinerLink): string | null => {
  const facts = factsOf(link);
  return facts && linkDigits(facts);
};

/**
 * The person has compared the digits on both devices and says that they are the same. Without this the new device
 * would take any account that the server makes up for it, whatever the person answers on the other device.
 */
export function confirmDigits(link: JoinerLink): JoinerLink {
  if (link.answer === null) throw new Error('nothing was shown yet that could be confirmed');
  return { ...link, confirmed: true };
}

export type OpenLinkResult =
  | {
      readonly ok: true;
      readonly accountKey: AccountKey;
      readonly certificate: Bytes;
      /** The time that the certificate names. */
      readonly createdAtMs: number;
      readonly extras: Bytes;
    }
  | {
      readonly ok: false;
      readonly code: 'not_confirmed' | 'does_not_open' | 'wrong_account_key' | 'bad_certificate';
    };

/**
 * Opens the package of the approving device.
 *
 * - `does_not_open`: it is for another device or linking, or damaged.
 * - `wrong_account_key`: its account key is not the one that the digits vouch for. Nobody but an approved device of the
 *   account has that one, so this is also what authenticates the package.
 * - `bad_certificate`: the account key did not sign this device's claim.
 */
export async function openLink(link: JoinerLink, sealed: Bytes): Promise<OpenLinkResult> {
  const facts = factsOf(link);
  if (facts === null || !link.confirmed) return { ok: false, code: 'not_confirmed' };
  const content = await openLinkPackage(link.linkPrivateKey, linkTranscript(facts), sealed);
  if (content === null) return { ok: false, code: 'does_not_open' };
  const { accountSeed, certificate, createdAtMs, extras } = content;
  const accountKey = await AccountKey.fromSeed(accountSeed);
  if (!equalInConstantTime(accountKey.publicKey, facts.answer.accountKey)) {
    return { ok: false, code: 'wrong_account_key' };
  }
  const { deviceId, signatureKey } = link.request;
  const claim = { accountId: link.accountId, deviceId, signatureKey, createdAtMs };
  if (!(await verifyDeviceCertificate(accountKey.publicKey, claim, certificate))) {
    return { ok: false, code: 'bad_certificate' };
  }
  return { ok: true, accountKey, certificate, createdAtMs, extras };
}

function factsOf({ accountId, request, answer, nonce }: JoinerLink): LinkFacts | null {
  return answer && { accountId, request, answer, revealed: nonce };
}
