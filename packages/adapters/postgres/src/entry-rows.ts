import type {
  Bytes,
  Change,
  ConversationId,
  Entry,
  EntryEnvelope,
  Head,
  Tenure,
} from '@sealpost/domain';
import { readParts } from './parts-layout.ts';

export interface EnvelopeRow {
  readonly seq: number;
  readonly accepted_at: number;
  readonly loud: number;
  readonly generation: number;
  readonly epoch: number;
  readonly kind: EntryEnvelope['kind'];
  readonly class: EntryEnvelope['class'];
  readonly sender_account: string;
  readonly sender_device: string;
  readonly client_id: string;
  readonly after_client_id: string | null;
  readonly change: string | null;
  readonly blobs: string | null;
  readonly digest: Bytes;
}

export interface PartsRow {
  readonly layout: string | null;
  readonly parts: Bytes;
  readonly joiner_parts: Bytes | null;
}

/** `null` stands for the fields of no row, as an outer join gives them. */
export type Absent<Row> = { readonly [Field in keyof Row]: null };

export interface HeadRow {
  readonly head_seq: number;
  readonly head_loud: number;
  readonly head_accepted_at: number;
  readonly head_version: number;
  readonly head_restores: string;
  readonly head_floor: number;
  readonly head_term: number;
  readonly head_takes: Tenure['state'];
}

/** To be selected from `entries` named `entry`. */
export const ENVELOPE = `
  entry.seq, entry.accepted_at, entry.loud, entry.generation, entry.epoch, entry.kind, entry.class, entry.sender_account,
  entry.sender_device, entry.client_id, entry.after_client_id, entry.change::text AS change, entry.blobs::text AS blobs,
  entry.digest`;

/** To be selected from `heads` named `head`. */
export const HEAD = `
  head.seq AS head_seq, head.loud AS head_loud, head.accepted_at AS head_accepted_at, head.version AS head_version,
  head.restores::text AS head_restores, head.floor AS head_floor,
  head.term AS head_term, head.takes AS head_takes`;

export const headOf = (row: HeadRow): Head => ({
  seq: row.head_seq,
  loud: row.head_loud,
  acceptedAt: row.head_accepted_at,
  version: row.head_version,
  restores: row.head_restores === '[]' ? [] : (JSON.parse(row.head_restores) as Head['restores']),
  floor: row.head_floor,
  tenure: { term: row.head_term, state: row.head_takes },
});

export const envelopeOf = (conversation: ConversationId, row: EnvelopeRow): EntryEnvelope => ({
  conversation,
  kind: row.kind,
  class: row.class,
  generation: row.generation,
  epoch: row.epoch,
  sender: { account: row.sender_account, device: row.sender_device },
  clientId: row.client_id,
  after: row.after_client_id,
  change: row.change === null ? null : (JSON.parse(row.change) as Change),
  blobs: row.blobs === null ? [] : (JSON.parse(row.blobs) as string[]),
  digest: row.digest,
  seq: row.seq,
  acceptedAt: row.accepted_at,
  loud: row.loud,
});

export const entryOf = (conversation: ConversationId, row: EnvelopeRow & PartsRow): Entry => ({
  ...envelopeOf(conversation, row),
  parts: readParts(row.layout, row.parts, row.joiner_parts),
});
