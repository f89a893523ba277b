import { InvariantBroken } from '@sealpost/domain';

/** Closes a switch over kinds of adapters: one that lacks a branch does not compile. */
export function unknownKind(_kind: never): never {
  throw new InvariantBroken('the configuration names an adapter that has a branch');
}
