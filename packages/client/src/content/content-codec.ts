import { decode, DecodeError, encode } from '@msgpack/msgpack';
import type { Bytes } from '../engine/engine.port.ts';
import {
  CONTENT_VERSION,
  contentSchemas,
  TEXT_LIMIT_BYTES,
  type Content,
  type DecodedContent,
} from './content.ts';
import { frameContent, unframeContent } from './content-frame.ts';

export type EncodeContentResult =
  /** Framed and padded; what is encrypted. */
  | { readonly ok: true; readonly bytes: Bytes }
  | { readonly ok: false; readonly code: 'text_too_long'; readonly limitBytes: number }
  /** `field`: which part is missing, too long, empty or no well-formed Unicode. */
  | { readonly ok: false; readonly code: 'invalid_content'; readonly field: string };

/** Content as the bytes that go into a ciphertext: msgpack fields in the frame of `frameContent`. */
export function encodeContent(content: Content): EncodeContentResult {
  if ('text' in content && new TextEncoder().encode(content.text).length > TEXT_LIMIT_BYTES) {
    return { ok: false, code: 'text_too_long', limitBytes: TEXT_LIMIT_BYTES };
  }
  const checked = contentSchemas[content.kind].safeParse(content);
  if (!checked.success) {
    const field = checked.error.issues[0]?.path.join('.') ?? '';
    return { ok: false, code: 'invalid_content', field };
  }
  const { kind, ...fields } = checked.data;
  return {
    ok: true,
    bytes: frameContent({ version: CONTENT_VERSION, kind, fields: encode(fields) }),
  };
}

/** What decrypted bytes say. Never throws, and drops nothing that a later version might understand. */
export function decodeContent(bytes: Bytes): DecodedContent {
  const unframed = unframeContent(bytes);
  if (!unframed.ok && unframed.code === 'malformed') return MALFORMED;
  const raw = new Uint8Array(bytes);
  if (!unframed.ok) return { kind: 'unsupported', originalKind: null, version: null, raw };
  const { version, kind, fields } = unframed.content;
  if (version > CONTENT_VERSION || !isKnown(kind)) {
    return { kind: 'unsupported', originalKind: kind, version, raw };
  }
  const decoded = decodeFields(fields);
  if (typeof decoded !== 'object' || decoded === null) return MALFORMED;
  return contentSchemas[kind].safeParse({ ...decoded, kind }).data ?? MALFORMED;
}

const MALFORMED = { kind: 'malformed' } as const;

// A header of three bytes can ask the decoder for an array of any length, and again in each of its elements; the bounds
// keep hostile fields to a few megabytes of memory.
const FIELDS_LIMIT_BYTES = 96 * 1024;
const BOUNDS = { maxArrayLength: 64, maxMapLength: 64 };

const isKnown = (kind: string): kind is Content['kind'] => Object.hasOwn(contentSchemas, kind);

function decodeFields(fields: Bytes): unknown {
  if (fields.length > FIELDS_LIMIT_BYTES) return null;
  try {
    return decode(fields, BOUNDS);
  } catch (error) {
    if (error instanceof DecodeError || error instanceof RangeError) return null;
    throw error;
  }
}
