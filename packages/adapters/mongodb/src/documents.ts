import { firstTenure } from '@sealpost/domain';
import type {
  Append,
  Audience,
  Bytes,
  Change,
  Entry,
  EntryEnvelope,
  Head,
  Part,
  Seq,
  Tenure,
  Timestamp,
} from '@sealpost/domain';
import { Binary, ObjectId } from 'mongodb';

/** What a head needs of an entry: every document has it, so that the newest one is the head. */
export interface Standing {
  readonly seq: Seq;
  /** The log's version with this entry. */
  readonly version: Seq;
  readonly loud: number;
  readonly acceptedAt: Timestamp;
  /** No entry: it takes the number after the newest one of a log that was closed, at this term; the rest is as of that one. */
  readonly closing?: number;
}

/** A document of `entries`. */
export interface EntryDocument extends Standing {
  readonly _id: ObjectId;
  readonly conversation: string;
  /** The sender's. Null once the entry was cut, of which nothing is left but its place; then `clientId` is the seq. */
  readonly device: string | null;
  readonly clientId: string | number;
  readonly account?: string;
  readonly kind?: EntryEnvelope['kind'];
  readonly class?: EntryEnvelope['class'];
  readonly generation?: number;
  readonly epoch?: number;
  readonly after?: string | null;
  readonly change?: Change | null;
  readonly blobs?: readonly string[];
  readonly digest?: Binary;
  /** A part for joiners has its bytes in `joinerParts`, so that they can be dropped. */
  readonly parts?: readonly { readonly audience: Audience; readonly bytes?: Binary }[];
  readonly joinerParts?: readonly Binary[];
  /** Of entries that are not messages: their own seq, and the version before them. */
  readonly changeSeq?: Seq;
  readonly basis?: Seq;
  /** The commit whose parts for joiners ended with this entry. */
  readonly supersedes?: Seq;
}

/** What a cut leaves of an entry: its place, and what a head needs. */
export const CONTENT = [
  'account',
  'kind',
  'class',
  'generation',
  'epoch',
  'after',
  'change',
  'blobs',
  'digest',
  'parts',
  'joinerParts',
  'changeSeq',
  'basis',
  'supersedes',
] as const satisfies readonly (keyof EntryDocument)[];

/** A document of `logs`: what belongs to a conversation and not to one of its entries. */
export interface LogDocument {
  /** The conversation. */
  readonly _id: string;
  readonly floor: Seq;
  readonly floorVersion: Seq;
  readonly floorState: string | null;
  /** The entry that the last cut left although it is below the floor; 0: none. */
  readonly keep: Seq;
  /** Documents up to here may have been deleted, so that a number up to here may be free. Never above the floor. */
  readonly cleared: Seq;
  /** A cut's floor is raised and its entries are not all cleared yet. */
  readonly clearing: boolean;
  readonly snapshotVersion: Seq;
  readonly snapshotState: string | null;
  readonly restores: { readonly incarnation: number; readonly head: Seq }[];
  /** Whether it takes entries; absent: it was never closed. `blocked`: its next number is taken, so that it is sure to take none. */
  readonly tenure?: Tenure & { readonly blocked: boolean };
  /** Whose turn it is to append, and until when, while processes get into each other's way. */
  readonly lease?: { readonly holder: string; readonly until: Timestamp };
}

export const NEW_LOG: Omit<LogDocument, '_id'> = {
  floor: 0,
  floorVersion: 0,
  floorState: null,
  keep: 0,
  cleared: 0,
  clearing: false,
  snapshotVersion: 0,
  snapshotState: null,
  restores: [],
};

/** Where `logs` says whether conversations are founded here. */
export const STORE = '';

export function tenureIn({
  tenure = { ...firstTenure, blocked: false },
}: Pick<LogDocument, 'tenure'>): Tenure {
  const { term, state } = tenure;
  return { term, state };
}

export const headOf = (
  newest: Standing,
  log: Pick<LogDocument, 'floor' | 'restores' | 'tenure'>,
): Head => ({
  seq: newest.seq,
  loud: newest.loud,
  acceptedAt: newest.acceptedAt,
  version: newest.version,
  restores: log.restores.map(({ incarnation, head }) => ({ incarnation, head })),
  floor: log.floor,
  tenure: tenureIn(log),
});

/** The document of an entry that comes after `previous`. */
export function documentOf(append: Append, previous: Standing | null): EntryDocument {
  const { draft, parts, now, basis, supersedes } = append;
  const seq = (previous?.seq ?? 0) + 1;
  const numbered = {
    seq,
    loud: (previous?.loud ?? 0) + (draft.class === 'loud' ? 1 : 0),
    acceptedAt: Math.max(now, previous?.acceptedAt ?? now),
  };
  const document = entryDocument({ ...draft, ...numbered, parts }, basis);
  return { ...document, ...(supersedes !== null && { supersedes }) };
}

/** The document of an entry; `basis`: the version before it. */
export function entryDocument(entry: Entry, basis: Seq): EntryDocument {
  const { seq, sender, kind, parts } = entry;
  const isMessage = kind === 'message';
  const joiners = parts.filter(({ audience }) => audience === 'joiners');
  return {
    _id: new ObjectId(),
    conversation: entry.conversation,
    seq,
    version: isMessage ? basis : seq,
    loud: entry.loud,
    acceptedAt: entry.acceptedAt,
    device: sender.device,
    clientId: entry.clientId,
    account: sender.account,
    kind,
    class: entry.class,
    generation: entry.generation,
    epoch: entry.epoch,
    after: entry.after,
    change: entry.change,
    blobs: entry.blobs,
    digest: new Binary(entry.digest),
    parts: parts.map(({ audience, bytes }) =>
      audience === 'joiners' ? { audience } : { audience, bytes: new Binary(bytes) },
    ),
    ...(joiners.length > 0 && { joinerParts: joiners.map(({ bytes }) => new Binary(bytes)) }),
    ...(!isMessage && { changeSeq: seq, basis }),
  };
}

/** A document that only takes a number. */
export const placeDocument = (conversation: string, standing: Standing): EntryDocument => ({
  ...standing,
  _id: new ObjectId(),
  conversation,
  device: null,
  clientId: standing.seq,
});

/** A document of which something is left: not that of an entry that was cut. */
export type WholeDocument = EntryDocument &
  Required<Omit<EntryDocument, 'joinerParts' | 'changeSeq' | 'basis' | 'supersedes'>> & {
    readonly device: string;
    readonly clientId: string;
  };

export const isWhole = (document: EntryDocument): document is WholeDocument =>
  document.device !== null;

export const bytesOf = (binary: Binary): Bytes => Uint8Array.from(binary.value());

export const envelopeOf = (document: WholeDocument): EntryEnvelope => ({
  conversation: document.conversation,
  kind: document.kind,
  class: document.class,
  generation: document.generation,
  epoch: document.epoch,
  sender: { account: document.account, device: document.device },
  clientId: document.clientId,
  after: document.after,
  change: document.change,
  blobs: document.blobs,
  digest: bytesOf(document.digest),
  seq: document.seq,
  acceptedAt: document.acceptedAt,
  loud: document.loud,
});

export const entryOf = (document: WholeDocument, superseded: ReadonlySet<Seq>): Entry => ({
  ...envelopeOf(document),
  parts: partsOf(document, superseded.has(document.seq)),
});

function partsOf(document: WholeDocument, isSuperseded: boolean): Part[] {
  const joiners = isSuperseded ? [] : [...(document.joinerParts ?? [])];
  return document.parts.flatMap(({ audience, bytes }) => {
    const binary = bytes ?? joiners.shift();
    return binary ? [{ audience, bytes: bytesOf(binary) }] : [];
  });
}

/** Bytes of ciphertext that a document holds. */
export const sizeOf = ({ parts = [], joinerParts = [] }: EntryDocument): number =>
  [...parts.flatMap(({ bytes }) => bytes ?? []), ...joinerParts].reduce(
    (sum, { position }) => sum + position,
    0,
  );
