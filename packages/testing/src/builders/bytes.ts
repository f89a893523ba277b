import { createHash } from 'node:crypto';
import type { Bytes } from '@sealpost/domain';

/** `text` as bytes of their own buffer. */
export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

/** `length` bytes of one value. */
export const someBytes = (length: number, value = 7): Bytes => new Uint8Array(length).fill(value);

/** Stands for hashes, keys and signatures: 32 bytes that differ for different texts. */
export const sha256Of = (value: string | Bytes): Bytes =>
  new Uint8Array(createHash('sha256').update(value).digest());
