import { z } from 'zod';
import { bytes, clientId, deviceRef, id, positive, seq, suite, timestamp } from './primitives.ts';

/** Largest bytes of one part that any deployment takes; the configured limits are lower and checked by the server's rules. */
const partBytes = 8 * 1024 * 1024;
const devices = z.array(deviceRef).max(1024);

export const role = z.enum(['owner', 'admin', 'member']);
const roles = z.array(z.strictObject({ account: id, role })).max(1024);

export const conversationKind = z.enum(['direct', 'group', 'self']);
export const entryKind = z.enum(['created', 'message', 'roster', 'commit']);
export const entryClass = z.enum(['loud', 'quiet']);

export const change = z
  .strictObject({
    mode: z.enum(['found', 'member', 'external']).nullable(),
    founding: z.strictObject({ kind: conversationKind, suite }).nullable(),
    addMembers: roles,
    removeMembers: z.array(id).max(1024),
    setRoles: roles,
    addDevices: devices,
    removeDevices: devices,
    revokeDevices: devices,
  })
  .meta({
    id: 'Change',
    description: 'What an entry changes, in clear, since the server enforces it.',
  });

const audience = z.union([z.enum(['all', 'joiners']), z.array(id).min(1).max(1024)]);
export const part = z
  .strictObject({ audience, bytes: bytes({ max: partBytes }) })
  .meta({ id: 'Part', description: 'Ciphertext and whom it is for.' });

/** An entry that somebody wants in a log. */
export const entryCommand = z
  .strictObject({
    kind: entryKind,
    class: entryClass,
    clientId,
    after: clientId.nullable(),
    generation: z
      .int()
      .min(0)
      .max(2 ** 31),
    epoch: z
      .int()
      .min(0)
      .max(2 ** 31),
    change: change.nullable(),
    blobs: z.array(id).max(64),
    parts: z.array(part).max(1100),
  })
  .meta({
    id: 'EntryCommand',
    description: 'An entry to append, made for the named generation and epoch.',
  });

export const accepted = z
  .object({ seq: positive, acceptedAt: timestamp, digest: bytes({ min: 32, max: 32 }) })
  .meta({
    id: 'Accepted',
    description: 'Durable under this number; for a repeated client id, the values of the first.',
  });

/** An entry as one device is given it: only the parts for all and those that name it. */
export const entry = z
  .object({
    conversation: id,
    seq: positive,
    generation: positive,
    epoch: positive,
    sender: z.object({ account: id, device: id }),
    clientId,
    after: clientId.nullable(),
    acceptedAt: timestamp,
    kind: entryKind,
    class: entryClass,
    loud: seq,
    change: change.nullable(),
    blobs: z.array(id),
    digest: bytes({ min: 32, max: 32 }),
    parts: z.array(
      z.object({ audience: z.enum(['all', 'device']), bytes: bytes({ max: partBytes }) }),
    ),
  })
  .meta({ id: 'Entry', description: 'One entry of a conversation, numbered and durable.' });

export const gapReason = z.enum(['not_member', 'before_device', 'expired', 'restored']);

export const entryPage = z
  .object({
    incarnation: positive,
    entries: z.array(entry),
    gaps: z.array(z.object({ from: positive, to: positive, reason: gapReason })),
    next: seq,
    head: seq,
  })
  .meta({
    id: 'EntryPage',
    description:
      'What follows a cursor: entries and gaps together cover every number up to `next`.',
  });

export type WireChange = z.output<typeof change>;
export type WirePart = z.output<typeof part>;
export type WireEntryCommand = z.output<typeof entryCommand>;
export type WireEntry = z.output<typeof entry>;
export type WireEntryPage = z.output<typeof entryPage>;
export type WireAccepted = z.output<typeof accepted>;
