import {
  brotliDecompressSync,
  constants,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import type { Reading } from './reading.ts';

/** Of a stream that is cut off, what there is; never more than this, whatever it says of itself. */
const limitBytes = 16 * 1024 * 1024;
const flate = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: limitBytes };
const brotli = {
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
  maxOutputLength: limitBytes,
};
const zstd = { finishFlush: constants.ZSTD_e_flush, maxOutputLength: limitBytes };

type Inflate = (bytes: Uint8Array) => Uint8Array;
interface Method {
  readonly name: string;
  readonly inflate: Inflate;
}

/** What the first bytes say; zlib's two bytes are a multiple of 31 (RFC 1950, 2.2), with a window of 32 KiB or less. */
function methodAt(bytes: Uint8Array, at: number): Method | null {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  if (a === 0x1f && b === 0x8b && c === 8)
    return { name: 'gzip', inflate: (data) => inflateRawSync(withoutGzipHeader(data), flate) };
  if ((a & 0x8f) === 8 && (a * 256 + b) % 31 === 0 && (b & 0x20) === 0)
    return { name: 'zlib', inflate: (data) => inflateSync(data, flate) };
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd)
    return { name: 'zstd', inflate: (data) => zstdDecompressSync(data, zstd) };
  return null;
}

/** Past the header (RFC 1952, 2.3). Node's own reader refuses a stream that anything but zeros follows. */
function withoutGzipHeader(bytes: Uint8Array): Uint8Array {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const text of [8, 16]) if (flags & text) at = bytes.indexOf(0, at) + 1 || bytes.length;
  if (flags & 2) at += 2;
  return bytes.subarray(at);
}

/** These two have no header: they are tried where a value begins. */
const headless: readonly Method[] = [
  { name: 'deflate', inflate: (data) => inflateRawSync(data, flate) },
  { name: 'brotli', inflate: (data) => brotliDecompressSync(data, brotli) },
];

const leastCompressed = 16;
const looked = 64;

/** Worth trying: longer than an id, and no text. */
const mayBeCompressed = (bytes: Uint8Array): boolean =>
  bytes.length > leastCompressed &&
  bytes.subarray(0, looked).some((byte) => byte < 0x09 || byte > 0x7e);

/** What compressed data holds: gzip, zlib and zstd wherever their headers stand, deflate and brotli from the start. */
export function* inflations({
  bytes,
  isWhole,
}: Pick<Reading, 'bytes' | 'isWhole'>): Generator<Reading> {
  if (isWhole && mayBeCompressed(bytes))
    for (const method of headless) yield* inflated(method, bytes);
  for (let at = 0; at + 4 < bytes.length; at += 1) {
    const first = bytes[at] ?? 0;
    if (first !== 0x1f && first !== 0x28 && (first & 0x8f) !== 8) continue;
    const method = methodAt(bytes, at);
    if (method) yield* inflated(method, bytes.subarray(at));
  }
}

function* inflated({ name, inflate }: Method, bytes: Uint8Array): Generator<Reading> {
  try {
    const read = inflate(bytes);
    if (read.length > 0) yield { name, bytes: read, isWhole: true };
  } catch {
    // Not compressed after all, or by another method.
  }
}
