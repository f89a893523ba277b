import type { DeviceRef } from '../engine/engine.port.ts';
import type { WireChange, WireEntryCommand } from '@sealpost/protocol';

/** What this device is and how it is logged in. */
export interface DeviceRecord {
  readonly account: string;
  readonly device: string;
  readonly handle: string;
  readonly deviceName: string;
  readonly certified: boolean;
  readonly accountKey: Uint8Array | null;
  readonly session: string;
  /** Tokens of which one is valid, newest first: several only while a refresh is unanswered. */
  readonly refreshTokens: readonly string[];
}

export interface ConversationRecord {
  readonly conversation: string;
  readonly kind: 'direct' | 'group' | 'self' | null;
  readonly incarnation: number;
  /** Everything up to this entry is processed and stored. */
  readonly cursor: number;
  /** The furthest entry that the server told of. */
  readonly head: number;
  /** Loud entries up to the cursor, and up to the read mark: unread is their difference. */
  readonly loud: number;
  readonly readLoud: number;
  readonly read: number;
  /** The last processed entry and its `seenDigest`, for the next message to refer to; null: not known to this device. */
  readonly parent: { readonly seq: number; readonly digest: Uint8Array } | null;
  readonly members: readonly {
    readonly account: string;
    readonly role: 'owner' | 'admin' | 'member';
  }[];
  readonly title: string | null;
  readonly status: 'active' | 'left';
  /** Whether this device is in the keys, as far as it has read. */
  readonly keyed: boolean;
  /** Set with a change of the devices in the keys, cleared when they were judged: nothing is encrypted in between. */
  readonly unjudged: boolean;
  /** Devices in the keys that a person has to decide about. */
  readonly suspects: readonly DeviceRef[];
  /** Set when this device's keys cannot follow the log; cleared by a rejoin. */
  readonly broken: boolean;
  /** Unix milliseconds of the last rejoin by itself; 0: none since the server last said that something is gone. */
  readonly rejoinedAt: number;
  /** A member was shown another log than this device: nothing is sent until a person starts new keys. */
  readonly forked: boolean;
}

export const newConversation = (conversation: string): ConversationRecord => ({
  conversation,
  kind: null,
  incarnation: 0,
  cursor: 0,
  head: 0,
  loud: 0,
  readLoud: 0,
  read: 0,
  parent: null,
  members: [],
  title: null,
  status: 'active',
  keyed: false,
  unjudged: false,
  suspects: [],
  broken: false,
  rejoinedAt: 0,
  forked: false,
});

interface EntryBase {
  readonly seq: number;
  readonly acceptedAt: number;
  readonly sender: DeviceRef;
  readonly clientId: string;
  readonly class: 'loud' | 'quiet';
  /** How many loud entries there are up to and with this one. */
  readonly loud: number;
  /** SHA-256 over the entry's parts, as the server says. */
  readonly digest: Uint8Array;
  /** `seenDigest`: what a later message of somebody else must refer to; null: not known to this device. */
  readonly seen: Uint8Array | null;
}

/** One position of a conversation as this device knows it. */
export type StoredEntry =
  | (EntryBase & { readonly kind: 'message'; readonly content: Uint8Array })
  | (EntryBase & { readonly kind: 'change'; readonly change: WireChange })
  | (EntryBase & { readonly kind: 'undecryptable'; readonly reason: string })
  | { readonly kind: 'gap'; readonly seq: number; readonly to: number; readonly reason: string };

export interface OutboxItem {
  readonly order: number;
  readonly conversation: string;
  readonly clientId: string;
  readonly class: 'loud' | 'quiet';
  readonly content: Uint8Array;
  readonly createdAt: number;
  /** What left the device last: resent as it is after a lost answer, made anew after a refusal. */
  readonly sealed: Pick<WireEntryCommand, 'generation' | 'epoch' | 'parts'> | null;
  readonly state: 'waiting' | 'accepted' | 'failed';
  /** Set when accepted. */
  readonly seq: number | null;
  /** Set when failed: why it was refused, or `uncertain`: it may have been accepted, in entries that expired since. */
  readonly error: string | null;
}

/** A change of keys that was sent, or is about to be: settled by the log's answer or its echo, never by a guess. */
export interface StagedRecord {
  readonly conversation: string;
  readonly clientId: string;
  readonly digest: Uint8Array;
  readonly command: WireEntryCommand;
}

const padded = (value: number): string => value.toString().padStart(16, '0');

/** Where records are kept. */
export const at = {
  device: 'device',
  accountSeed: 'account-seed',
  /** Set once others can add this device, and it is in its account's own conversation. */
  arrived: 'arrived',
  link: 'link',
  approvals: 'approval/',
  approval: (device: string) => `approval/${device}`,
  /** The newest incarnation of the server's data that this device was caught up with. */
  incarnation: 'incarnation',
  conversations: 'conversation/',
  conversation: (id: string) => `conversation/${id}`,
  entries: (id: string) => `entry/${id}/`,
  entry: (id: string, seq: number) => `entry/${id}/${padded(seq)}`,
  /** Entries that a restore of the server's data took back, by the incarnation in which they were read. */
  lost: (id: string, incarnation: number, seq: number) =>
    `lost/${id}/${padded(incarnation)}/${padded(seq)}`,
  outboxNext: 'outbox-next',
  outboxes: 'outbox/',
  outbox: (id: string) => `outbox/${id}/`,
  outboxItem: (id: string, order: number) => `outbox/${id}/${padded(order)}`,
  sent: (id: string, clientId: string) => `sent/${id}/${clientId}`,
  staged: (id: string) => `staged/${id}`,
  stagedAll: 'staged/',
  account: (id: string) => `account/${id}`,
} as const;
