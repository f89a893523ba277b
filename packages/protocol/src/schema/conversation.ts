import { z } from 'zod';
import { conversationKind, role } from './entry.ts';
import { bytes, deviceRef, id, positive, seq, suite, timestamp } from './primitives.ts';

export const conversation = z
  .object({
    conversation: id,
    kind: conversationKind,
    suite,
    generation: positive,
    epoch: positive,
    version: positive,
    head: positive,
    incarnation: positive,
    members: z.array(z.object({ account: id, role })),
    /** The devices in the keys. */
    devices: z.array(deviceRef),
    /** Devices that the keys still include and whose removal is owed. */
    owed: z.array(id),
  })
  .meta({ id: 'Conversation' });

export const conversationList = z
  .object({ conversations: z.array(id), next: id.nullable() })
  .meta({ id: 'ConversationList' });

export const joinInformation = z
  .object({
    generation: positive,
    epoch: positive,
    head: positive,
    bytes: bytes({ max: 8 * 1024 * 1024 }).nullable(),
  })
  .meta({
    id: 'JoinInformation',
    description: 'What a device needs to bring itself into the keys.',
  });

export const accountCursor = z
  .object({ account: id, delivered: seq, read: seq, shown: seq })
  .meta({ id: 'AccountCursor' });
export const receipts = z.object({ cursors: z.array(accountCursor) }).meta({ id: 'Receipts' });

export const serverInformation = z
  .object({
    protocol: z.object({ lowest: positive, highest: positive }),
    incarnation: positive,
    time: timestamp,
    limits: z.record(z.string(), z.number()),
  })
  .meta({ id: 'ServerInformation' });

export type WireConversation = z.output<typeof conversation>;
export type WireAccountCursor = z.output<typeof accountCursor>;
export type WireServerInformation = z.output<typeof serverInformation>;
