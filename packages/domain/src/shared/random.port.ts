import type { Bytes } from './ids.ts';

/** Unpredictable bytes and ids. */
export interface RandomSource {
  bytes(length: number): Bytes;
  /** A fresh id of 128 random bits as 32 lower-case hex digits. */
  id(): string;
}
