import { decode, encode } from '@msgpack/msgpack';
import { z } from 'zod';
import type { Bytes } from '../engine/engine.port.ts';
import type { ApproverLink } from './link-approver.ts';
import type { JoinerLink } from './link-joiner.ts';

export type Link = JoinerLink | ApproverLink;

/** A link as a record for the store; it has secrets, so it belongs into a sealed store only. */
export const encodeLink = (link: Link): Bytes => encode({ v: VERSION, link }).slice();

/** Throws for bytes that `encodeLink` of this version did not write: a fault of the store, never of a peer. */
export function decodeLink(record: Bytes): Link {
  return recordSchema.parse(decode(record)).link;
}

const VERSION = 1;

// The decoder gives views of the record; a link must not keep the whole record in memory, nor change with it.
const bytes32 = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length === 32)
  .transform((bytes): Bytes => new Uint8Array(bytes));

const common = {
  accountId: z.string(),
  request: z.object({
    deviceId: z.string(),
    signatureKey: bytes32,
    linkKey: bytes32,
    commitment: bytes32,
  }),
};
const answer = z.object({ accountKey: bytes32, nonce: bytes32 });

const recordSchema = z.object({
  v: z.literal(VERSION),
  link: z.discriminatedUnion('role', [
    z.object({
      role: z.literal('joiner'),
      ...common,
      nonce: bytes32,
      linkPrivateKey: bytes32,
      answer: answer.nullable(),
      confirmed: z.boolean(),
    }),
    z.object({ role: z.literal('approver'), ...common, answer, revealed: bytes32.nullable() }),
  ]),
});
