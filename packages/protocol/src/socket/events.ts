import { z } from 'zod';
import { stock } from '../schema/account.ts';
import { accountCursor } from '../schema/conversation.ts';
import { accepted, entry, entryClass } from '../schema/entry.ts';
import { bytes, clientId, id, positive, seq, suite, timestamp } from '../schema/primitives.ts';
import { refusal } from '../schema/refusal.ts';

/** The versions of the protocol that this code speaks; every handshake and call names one. */
export const protocolVersion = { lowest: 1, highest: 1 } as const;

const KiB = 1024;
/** A frame holds one message of the largest configured size and its envelope. */
export const envelopeBytes = 64 * KiB;

const result = <T extends z.ZodType>(value: T) =>
  z.union([
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), error: refusal }),
  ]);

const messagePart = z.strictObject({
  audience: z.union([z.literal('all'), z.array(id).min(1).max(512)]),
  bytes: bytes({ max: 1024 * KiB }),
});

const acceptedSend = accepted.extend({
  place: z
    .object({ incarnation: positive, loud: seq })
    .optional()
    .meta({
      description:
        'What else the entry has that its sender does not know; present when `skipEcho` was asked for and this send ' +
        'is the one that was appended.',
    }),
});

/** What a client sends. Each is acknowledged with `{ok: true, value}` or `{ok: false, error}`. */
export const clientEvents = {
  /** An application message; changes of a conversation travel over HTTP. */
  send: {
    summary: 'Append a message',
    payload: z.strictObject({
      conversation: id,
      class: entryClass,
      clientId,
      after: clientId.nullable(),
      generation: positive,
      epoch: positive,
      blobs: z.array(id).max(64),
      parts: z.array(messagePart).min(1).max(513),
      skipEcho: z
        .boolean()
        .optional()
        .meta({
          description:
            'The sender takes the entry from the answer: this connection need not be given it as a push. ' +
            'Only where `hello` says `skipsEcho`. An answer without `place` then means that the log is to be read.',
        }),
    }),
    answer: result(acceptedSend),
  },
  cursors: {
    summary: 'How far this device has got; cumulative, many conversations in one packet',
    payload: z.strictObject({
      cursors: z
        .array(
          z.strictObject({
            conversation: id,
            incarnation: positive,
            delivered: seq.optional(),
            read: seq.optional(),
            shown: seq.optional(),
          }),
        )
        .min(1)
        .max(200),
    }),
    answer: result(z.object({})),
  },
  typing: {
    summary: 'Something ephemeral and opaque for the members that are connected',
    payload: z.strictObject({ conversation: id, payload: bytes({ max: 1024 }) }),
    answer: result(z.object({})),
  },
  authenticate: {
    summary: 'A fresh access token of the same session, before the old one ends',
    payload: z.strictObject({ accessToken: z.string().min(1).max(4096) }),
    answer: result(z.object({ expiresAt: timestamp })),
  },
} as const;

export const closeReason = z.enum([
  'superseded',
  'session_revoked',
  'token_expired',
  'too_slow',
  'flooding',
  'draining',
  'protocol_error',
]);

/** What the server sends. All of it are hints: what is lost is seen by its numbers and pulled. */
export const serverEvents = {
  hello: {
    summary: 'First on every connection',
    payload: z.object({
      protocol: positive,
      incarnation: positive,
      time: timestamp,
      account: id,
      device: id,
      skipsEcho: z.boolean().optional().meta({
        description: 'Whether `send` may ask for `skipEcho`; absent: no.',
      }),
    }),
  },
  /** Conversations whose logs go on beyond this device's cursors, newest activity first. */
  heads: {
    summary: 'What this device has not acknowledged',
    payload: z.object({
      incarnation: positive,
      conversations: z.array(z.object({ conversation: id, head: seq, loud: seq, delivered: seq })),
    }),
  },
  caught_up: {
    summary: 'Follows the last page of heads: nothing else is waiting',
    payload: z.object({ incarnation: positive }),
  },
  entries: {
    summary:
      'New entries, consecutive; devices named in `more` are given theirs in a frame of their own',
    payload: z.object({
      conversation: id,
      incarnation: positive,
      entries: z.array(entry),
      more: z.array(id),
    }),
  },
  receipts: {
    summary: 'A member got further',
    payload: z.object({ conversation: id, cursor: accountCursor }),
  },
  typing: {
    summary: 'A member does something right now',
    payload: z.object({ conversation: id, account: id, device: id, payload: bytes({ max: 1024 }) }),
  },
  stock: {
    summary: 'What the directory holds of this device: on connect and after each claim',
    payload: z.object({ stock }),
  },
  devices_changed: { summary: 'The account’s list of devices changed', payload: z.object({}) },
  closing: {
    summary: 'Why the connection ends, and when to come back; null: not by itself',
    payload: z.object({ reason: closeReason, retryAfterMs: z.int().min(0).nullable() }),
  },
} as const;

export type ClientEvents = typeof clientEvents;
export type ServerEvents = typeof serverEvents;
export type ClientPayload<E extends keyof ClientEvents> = z.output<ClientEvents[E]['payload']>;
export type ClientAnswer<E extends keyof ClientEvents> = z.output<ClientEvents[E]['answer']>;
export type ServerPayload<E extends keyof ServerEvents> = z.output<ServerEvents[E]['payload']>;

/** What a client presents when it connects. */
export const handshake = z.strictObject({
  protocol: positive,
  /** Absent when cookies authenticate; then `csrfToken` is needed. */
  accessToken: z.string().min(1).max(4096).optional(),
  csrfToken: z.string().min(1).max(256).optional(),
  /** Key suites whose stock the device wants to hear of. */
  suites: z.array(suite).max(4),
});
export type Handshake = z.output<typeof handshake>;
