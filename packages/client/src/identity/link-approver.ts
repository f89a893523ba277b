import type { Bytes } from '../engine/engine.port.ts';
import type { AccountKey } from './account-key.ts';
import { equalInConstantTime } from './constant-time.ts';
import { issueDeviceCertificate } from './device-certificate.ts';
import { LINK_EXTRAS_LIMIT_BYTES, sealLinkPackage } from './link-package.ts';
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
 * The approving device's side of a linking, as data (see `JoinerLink`).
 *
 * 1. A request comes: `answerLink`; store the link, then send `link.answer`.
 * 2. The new device's nonce comes: `takeReveal`; show `approverDigits`.
 * 3. The person says that both devices show the same: `approveLink`; send the package.
 */
export interface ApproverLink {
  readonly role: 'approver';
  readonly accountId: string;
  readonly request: LinkRequest;
  readonly answer: LinkAnswer;
  /** The new device's nonce, once it has opened the commitment. */
  readonly revealed: Bytes | null;
}

export type AnswerLinkResult =
  | { readonly ok: true; readonly link: ApproverLink }
  | { readonly ok: false; readonly code: 'malformed' };

/** Draws the nonce for one request. A request is answered once: after a crash go on from the stored link. */
export function answerLink(
  own: { readonly accountId: string; readonly accountKey: Bytes },
  request: LinkRequest,
): AnswerLinkResult {
  if (!isWellFormedRequest(own.accountId, request)) return { ok: false, code: 'malformed' };
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return {
    ok: true,
    link: {
      role: 'approver',
      accountId: own.accountId,
      request,
      answer: { accountKey: own.accountKey, nonce },
      revealed: null,
    },
  };
}

export type TakeRevealResult =
  | { readonly ok: true; readonly link: ApproverLink }
  | { readonly ok: false; readonly code: 'commitment_does_not_open' };

/** Checks that the nonce is the one that the new device had bound itself to; only then are there digits to show. */
export function takeReveal(link: ApproverLink, nonce: Bytes): TakeRevealResult {
  const opens =
    nonce.length === NONCE_BYTES &&
    equalInConstantTime(commitmentTo(nonce), link.request.commitment);
  if (!opens) return { ok: false, code: 'commitment_does_not_open' };
  return { ok: true, link: { ...link, revealed: nonce } };
}

/** The six digits to show; null before the nonce was revealed. */
export const approverDigits = (link: ApproverLink): string | null => {
  const facts = factsOf(link);
  return facts && linkDigits(facts);
};

export type ApproveLinkResult =
  | {
      readonly ok: true;
      readonly certificate: Bytes;
      /** The time that the certificate names. */
      readonly createdAtMs: number;
      /** Sealed for the new device, at most `LINK_PACKAGE_LIMIT_BYTES`. */
      readonly sealed: Bytes;
    }
  | { readonly ok: false; readonly code: 'not_revealed' | 'unusable_link_key' }
  | { readonly ok: false; readonly code: 'extras_too_large'; readonly limitBytes: number };

/** Certifies the new device and hands it the account: to be called only after a person has compared the digits. */
export async function approveLink(
  link: ApproverLink,
  give: { readonly accountKey: AccountKey; readonly extras: Bytes; readonly nowMs: number },
): Promise<ApproveLinkResult> {
  const { accountKey, extras, nowMs } = give;
  const facts = factsOf(link);
  if (facts === null) return { ok: false, code: 'not_revealed' };
  if (extras.length > LINK_EXTRAS_LIMIT_BYTES) {
    return { ok: false, code: 'extras_too_large', limitBytes: LINK_EXTRAS_LIMIT_BYTES };
  }
  if (!equalInConstantTime(accountKey.publicKey, link.answer.accountKey)) {
    throw new Error('the linking was begun under another account key');
  }
  const { deviceId, signatureKey, linkKey } = link.request;
  const claim = { accountId: link.accountId, deviceId, signatureKey, createdAtMs: nowMs };
  const certificate = await issueDeviceCertificate(accountKey, claim);
  const sealed = await sealLinkPackage(linkKey, linkTranscript(facts), {
    accountSeed: accountKey.seed(),
    certificate,
    createdAtMs: nowMs,
    extras,
  });
  if (sealed === null) return { ok: false, code: 'unusable_link_key' };
  return { ok: true, certificate, createdAtMs: nowMs, sealed };
}

function factsOf({ accountId, request, answer, revealed }: ApproverLink): LinkFacts | null {
  return revealed && { accountId, request, answer, revealed };
}
