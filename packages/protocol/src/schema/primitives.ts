import { z } from 'zod';

const base64url = /^[A-Za-z0-9_-]*$/;

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** The JSON form of bytes: base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Bytes: msgpack bin on the wire, or base64url text where the body is JSON. Both come out as a Uint8Array. */
export const bytes = (limit: { readonly min?: number; readonly max: number }) =>
  z
    .union([
      z.instanceof(Uint8Array),
      z
        .string()
        .regex(base64url)
        .max(Math.ceil((limit.max * 4) / 3) + 2),
    ])
    .transform((value, context): Uint8Array => {
      if (typeof value !== 'string') return value;
      // One character more than a multiple of four cannot be base64url.
      if (value.length % 4 !== 1) return fromBase64url(value);
      context.issues.push({ code: 'custom', message: 'not base64url', input: value });
      return z.NEVER;
    })
    .refine((value) => value.length >= (limit.min ?? 0) && value.length <= limit.max, {
      error: `between ${limit.min ?? 0} and ${limit.max} bytes`,
    })
    .meta({ override: { type: 'string', contentEncoding: 'base64url' } });

/** Opaque id of an account, device, conversation, session: no meaning is read from it. */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
export const clientId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
export const suite = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);
export const seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const positive = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
/** Unix milliseconds. */
export const timestamp = z.int().min(0).max(8_640_000_000_000_000);
export const signatureKey = bytes({ min: 32, max: 32 });
export const signature = bytes({ min: 64, max: 64 });
/** Lower-case hex SHA-256. */
export const ref = z.string().regex(/^[0-9a-f]{64}$/);
/** Text for people: no control characters (a store may have no form for some), no lone surrogates. */
export const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);

export const deviceRef = z.strictObject({ account: id, device: id });
