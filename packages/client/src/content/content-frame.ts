import type { Bytes } from '../engine/engine.port.ts';
import { paddedLength } from './padding.ts';

/** Content as it lies in its frame: which schema its fields follow, and the fields, not yet decoded. */
export interface FramedContent {
  readonly version: number;
  readonly kind: string;
  readonly fields: Bytes;
}

/**
 * The frame around content, which every version keeps:
 *
 * ```
 * u8  0x01
 * u32 n, the bytes from here to the padding
 * u16 version ‖ u8 length of kind ‖ kind in UTF-8 ‖ fields
 * zeros up to paddedLength(5 + n)
 * ```
 *
 * Integers are big-endian. Version and kind stand outside of the fields, so that the fields of an unknown kind are never
 * decoded.
 */
export function frameContent({ version, kind, fields }: FramedContent): Bytes {
  const name = new TextEncoder().encode(kind);
  const length = 3 + name.length + fields.length;
  const bytes = new Uint8Array(paddedLength(OUTER_BYTES + length));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FRAME);
  view.setUint32(1, length);
  view.setUint16(OUTER_BYTES, version);
  view.setUint8(OUTER_BYTES + 2, name.length);
  bytes.set(name, OUTER_BYTES + 3);
  bytes.set(fields, OUTER_BYTES + 3 + name.length);
  return bytes;
}

export type UnframedContent =
  | { readonly ok: true; readonly content: FramedContent }
  | { readonly ok: false; readonly code: 'malformed' | 'unknown_frame' };

export function unframeContent(bytes: Bytes): UnframedContent {
  const malformed = { ok: false, code: 'malformed' } as const;
  const [frame] = bytes;
  if (frame === undefined || frame === 0) return malformed;
  if (frame !== FRAME) return { ok: false, code: 'unknown_frame' };
  if (bytes.length < OUTER_BYTES + 3) return malformed;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = OUTER_BYTES + view.getUint32(1);
  const fieldsAt = OUTER_BYTES + 3 + view.getUint8(OUTER_BYTES + 2);
  // Padding that is not zero would carry bytes that no reader shows.
  if (fieldsAt > end || end > bytes.length || bytes.subarray(end).some(Boolean)) return malformed;
  const version = view.getUint16(OUTER_BYTES);
  const kind = decodeUtf8(bytes.subarray(OUTER_BYTES + 3, fieldsAt));
  if (version === 0 || kind === null || kind === '') return malformed;
  return { ok: true, content: { version, kind, fields: bytes.subarray(fieldsAt, end) } };
}

const FRAME = 1;
const OUTER_BYTES = 5;

function decodeUtf8(bytes: Bytes): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
