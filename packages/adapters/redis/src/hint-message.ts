import { decodeMulti, encode } from '@msgpack/msgpack';
import { type EntriesHint, type Notice, sizeOf } from '@sealpost/domain';
import { opening, told, type Told } from './hint-schema.ts';

/** One thing to tell, encoded. */
export type Item = Uint8Array;

/** Beyond it entries are left to be read: what goes to every process has to be small. */
const entriesBytes = 16_384;
const messageBytes = 65_536;
/** So many ids are far below a message. */
const idsPerItem = 100;

const itemOf = (one: Told): Item => encode(one);

export const lostItem: Item = itemOf({ kind: 'lost' });

/** Where entries are, and the entries themselves if they are small. */
export function hintItem(hint: EntriesHint): Item {
  const item = itemOf({ kind: 'hint', hint: isLight(hint) ? hint : { ...hint, entries: null } });
  return item.length <= 2 * entriesBytes
    ? item
    : itemOf({ kind: 'hint', hint: { ...hint, entries: null } });
}

/** Whether the entries of a hint are few enough bytes of ciphertext to go along. */
export function isLight({ entries }: EntriesHint): boolean {
  return ciphertextBytes(entries) <= entriesBytes;
}

export function ciphertextBytes(entries: EntriesHint['entries']): number {
  return entries?.reduce((sum, { parts }) => sum + sizeOf(parts), 0) ?? 0;
}

/** One notice in as many items as its lists need. */
export function noticeItems(notice: Notice): readonly Item[] {
  switch (notice.kind) {
    case 'sessions_revoked':
      return chunks(notice.sessions).map((sessions) => noticeItem({ ...notice, sessions }));
    case 'superseded':
      return chunks(notice.processes).map((processes) => noticeItem({ ...notice, processes }));
    case 'ephemeral':
      return chunks(notice.to).map((to) => noticeItem({ ...notice, to }));
    case 'cursors_moved':
    case 'stock_changed':
    case 'devices_changed':
      return [noticeItem(notice)];
    default:
      return notice satisfies never;
  }
}

const noticeItem = (notice: Notice): Item => itemOf({ kind: 'notice', notice });

export interface Message {
  readonly payload: Buffer;
  /** How many items are in it. */
  readonly items: number;
}

/**
 * All items in as few messages as hold them. Each bears the name of its process, which leaves out what it told itself. An
 * item that no message can hold is passed over.
 */
export function packed(origin: string, items: readonly Item[]): readonly Message[] {
  const start = encode(['sealpost', 1, origin]);
  const messages: Message[] = [];
  let [held, size]: [Item[], number] = [[], start.length];
  const close = (): void => {
    if (held.length > 0)
      messages.push({ payload: Buffer.concat([start, ...held]), items: held.length });
    [held, size] = [[], start.length];
  };
  for (const item of items) {
    if (start.length + item.length > messageBytes) continue;
    if (size + item.length > messageBytes) close();
    held.push(item);
    size += item.length;
  }
  close();
  return messages;
}

/**
 * What a message tells; nothing for the process that it comes from. What this release does not know is left out: while
 * releases are rolled, processes of two of them talk to each other. Null: it is none of ours.
 */
export function unpacked(payload: Uint8Array, self: string): readonly Told[] | null {
  if (payload.length > messageBytes) return null;
  try {
    // A copy of its own: what is decoded keeps no other bytes alive, and is no Buffer.
    const [start, ...items] = decodeMulti(Uint8Array.from(payload));
    const opened = opening.safeParse(start);
    if (!opened.success) return null;
    if (opened.data[2] === self) return [];
    return items.flatMap((item) => told.safeParse(item).data ?? []);
  } catch {
    // Anybody who may use this Redis may say anything on any channel.
    return null;
  }
}

const chunks = <T>(values: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(values.length / idsPerItem) }, (_, index) =>
    values.slice(index * idsPerItem, (index + 1) * idsPerItem),
  );
