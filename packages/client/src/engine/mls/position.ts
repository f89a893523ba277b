import { concatBytes, utf8 } from '../bytes.ts';
import type { Bytes } from '../engine.port.ts';

/** Where an epoch begins in the log, said by its committer under the signature of the GroupInfo. */
export interface Position {
  readonly epoch: number;
  /** The authenticated data of the commit. */
  readonly binding: Bytes;
}

export function encodePosition({ epoch, binding }: Position): Bytes {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(epoch));
  return concatBytes(head, binding);
}

export function readPosition(bytes: Bytes | null): Position | null {
  if (bytes === null || bytes.length < 8) return null;
  const epoch = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  return { epoch: Number(epoch), binding: bytes.slice(8) };
}

/** The MLS group id: the conversation in UTF-8 and the generation as u32 big-endian. */
export function groupIdFor(conversation: string, generation: number): Bytes {
  const tail = new Uint8Array(4);
  new DataView(tail.buffer).setUint32(0, generation);
  return concatBytes(utf8(conversation), tail);
}
