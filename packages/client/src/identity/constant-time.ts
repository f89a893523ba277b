import type { Bytes } from '../engine/engine.port.ts';

/** Whether both are equal, in a time that depends on the lengths only. */
export function equalInConstantTime(one: Bytes, other: Bytes): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0);
  return difference === 0;
}
