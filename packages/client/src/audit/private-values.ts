import { decode } from '@msgpack/msgpack';
import type { Bytes } from '../engine/engine.port.ts';
import { decodePairs } from '../engine/mls/ratchets.ts';
import { decodeEpoch } from '../engine/mls/ts-mls.ts';

/** Something in a device's store that nobody else may have. */
export interface PrivateValue {
  /** What it is, in words; nothing of the value. */
  readonly name: string;
  readonly bytes: Bytes;
}

type Reader = (field: Bytes) => readonly PrivateValue[];

/** The private key alone: a PKCS #8 Ed25519 key has it at its end, after what all of them have. */
const key =
  (name: string): Reader =>
  (field) => [{ name, bytes: field.slice(-32) }];

/** By the names of the fields in which a device keeps them. */
const readers: ReadonlyMap<string, Reader> = new Map([
  ['seed', key('account key')],
  ['signKey', key('device signature key')],
  ['initPrivateKey', key('init key of a bundle')],
  ['hpkePrivateKey', key('leaf key of a bundle')],
  ['linkPrivateKey', key('link key')],
  ['state', ofEpoch],
  ['ratchets', ofRatchets],
]);

/** What is private in one record of a device that encrypts by MLS. For audits: nothing else looks so deep. */
export function privateValues(record: Bytes): readonly PrivateValue[] {
  try {
    return [...valuesIn(decode(record))];
  } catch {
    // A record of another form holds no key.
    return [];
  }
}

function* valuesIn(value: unknown): Generator<PrivateValue> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const [name, field] of Object.entries(value)) {
    if (field instanceof Uint8Array) yield* readers.get(name)?.(field) ?? [];
    else yield* valuesIn(field);
  }
}

/** Elsewhere an epoch is opaque; here is what only members of the group may know of it (RFC 9420, 8). */
function ofEpoch(field: Bytes): readonly PrivateValue[] {
  const { keySchedule, privatePath } = decodeEpoch(field);
  const secrets = Object.entries(keySchedule).map(([name, bytes]: [string, Bytes]) => ({
    name: `epoch secret ${name}`,
    bytes,
  }));
  const path = Object.values(privatePath.privateKeys).map((bytes) => ({
    name: 'key of the tree',
    bytes,
  }));
  return [...secrets, ...path];
}

function ofRatchets(field: Bytes): readonly PrivateValue[] {
  return decodePairs(field)
    .flatMap(({ handshake, application }) => [handshake.secret, application.secret])
    .filter(({ length }) => length > 0)
    .map((bytes) => ({ name: 'ratchet secret', bytes }));
}
