import { createHmac, createPrivateKey, sign, type JsonWebKey } from 'node:crypto';
import type { SigningKey } from '@sealpost/domain';

/** A token taken apart; what is changed is signed again, or not, by whatever key the attacker has. */
export interface Parts {
  readonly header: Record<string, unknown>;
  readonly payload: Record<string, unknown>;
  readonly signature: string;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const decoded = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;

export function partsOf(token: string): Parts {
  const [header, payload, signature = ''] = token.split('.');
  return { header: decoded(header), payload: decoded(payload), signature };
}

const signingInput = ({ header, payload }: Parts): string =>
  `${encoded(header)}.${encoded(payload)}`;

export const jwkOf = (key: SigningKey): JsonWebKey => JSON.parse(key.privateJwk) as JsonWebKey;

export const withSignature = (parts: Parts, signature = parts.signature): string =>
  `${signingInput(parts)}.${signature}`;

export function signedBy(key: JsonWebKey, parts: Parts): string {
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const signature = sign(null, Buffer.from(signingInput(parts)), privateKey);
  return withSignature(parts, signature.toString('base64url'));
}

export function authenticatedBy(secret: string | Buffer, parts: Parts): string {
  const input = signingInput(parts);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
