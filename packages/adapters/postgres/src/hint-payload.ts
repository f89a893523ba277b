import type { EntriesHint, Notice } from '@sealpost/domain';

/** What one process tells the others. `lost`: it failed to tell something, so they compare with the stores. */
export type Told =
  | { readonly kind: 'hint'; readonly hint: EntriesHint }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'lost' };

/** One thing to tell, as JSON text. */
export type Item = string;

/** A payload of NOTIFY is shorter than 8,000 bytes. */
const payloadBytes = 7_999;
/** So many ids are far below a payload. */
const idsPerItem = 100;

export const lostItem: Item = '["b"]';
/** Tells nothing but that its process is there. */
export const greetingItem: Item = '["h"]';

/** Where entries are and never the entries: they are read from the log. */
export const hintItem = ({ conversation, from, to, version }: EntriesHint): Item =>
  JSON.stringify(['e', conversation, from, to, version]);

/** One notice in as many items as its lists need. */
export function noticeItems(notice: Notice): Item[] {
  switch (notice.kind) {
    case 'sessions_revoked':
      return chunks(notice.sessions).map((sessions) => JSON.stringify(['s', sessions]));
    case 'cursors_moved':
      return [JSON.stringify(['c', notice.conversation, notice.account])];
    case 'stock_changed':
      return [JSON.stringify(['k', notice.account, notice.device])];
    case 'devices_changed':
      return [JSON.stringify(['d', notice.account])];
    case 'superseded':
      return chunks(notice.processes).map((processes) => JSON.stringify(['p', processes]));
    case 'ephemeral': {
      const { conversation, event } = notice;
      const payload = Buffer.from(event.payload).toString('base64');
      return chunks(notice.to).map((to) =>
        JSON.stringify(['t', conversation, to, event.account, event.device, payload]),
      );
    }
    default:
      return notice satisfies never;
  }
}

/**
 * Takes payloads from the front of `items`, at most `limit` of them, and answers how many items are in them. Each bears
 * the name of its process, which leaves out what it told itself. An item that no payload can hold is passed over.
 */
export function packed(
  origin: string,
  items: readonly Item[],
  limit: number,
): { readonly payloads: readonly string[]; readonly taken: number } {
  const opening = `[${JSON.stringify(origin)}`;
  const payloads: string[] = [];
  let payload = opening;
  let taken = 0;
  for (const item of items) {
    const fits = Buffer.byteLength(payload) + Buffer.byteLength(item) + 2 <= payloadBytes;
    if (!fits && payload !== opening) {
      payloads.push(`${payload}]`);
      payload = opening;
      if (payloads.length === limit) return { payloads, taken };
    }
    taken += 1;
    if (Buffer.byteLength(opening) + Buffer.byteLength(item) + 2 <= payloadBytes)
      payload += `,${item}`;
  }
  if (payload !== opening) payloads.push(`${payload}]`);
  return { payloads, taken };
}

/**
 * What a payload tells; `own`: it comes from this process. What this release does not know is left out: while releases are
 * rolled, processes of two of them talk to each other. Null: it is none of ours.
 */
export function unpacked(payload: string, self: string): Told[] | 'own' | null {
  const parsed = parse(payload);
  if (!Array.isArray(parsed)) return null;
  const [origin, ...items] = parsed as unknown[];
  if (!isText(origin)) return null;
  return origin === self ? 'own' : items.flatMap((item) => told(item) ?? []);
}

function told(item: unknown): Told | null {
  if (!Array.isArray(item)) return null;
  const [tag, ...rest] = item as unknown[];
  if (tag === 'b') return { kind: 'lost' };
  if (tag === 'e') return toldHint(rest);
  const notice = toldNotice(tag, rest);
  return notice && { kind: 'notice', notice };
}

function toldHint([conversation, from, to, version]: readonly unknown[]): Told | null {
  if (!isText(conversation) || !isSeq(from) || !isSeq(to) || !isSeq(version)) return null;
  return { kind: 'hint', hint: { conversation, from, to, version, entries: null } };
}

function toldNotice(tag: unknown, rest: readonly unknown[]): Notice | null {
  const [one, two, account, device, payload] = rest;
  if (tag === 's' && isTexts(one)) return { kind: 'sessions_revoked', sessions: one };
  if (tag === 'p' && isTexts(one)) return { kind: 'superseded', processes: one };
  if (!isText(one)) return null;
  if (tag === 'd') return { kind: 'devices_changed', account: one };
  if (tag === 'c' && isText(two)) return { kind: 'cursors_moved', conversation: one, account: two };
  if (tag === 'k' && isText(two)) return { kind: 'stock_changed', account: one, device: two };
  const isTyping =
    tag === 't' && isTexts(two) && isText(account) && isText(device) && isText(payload);
  if (!isTyping) return null;
  const bytes = Uint8Array.from(Buffer.from(payload, 'base64'));
  const event = { kind: 'typing', account, device, payload: bytes } as const;
  return { kind: 'ephemeral', conversation: one, to: two, event };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Anybody who may use the database may say anything on any channel.
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);
const isSeq = (value: unknown): value is number => Number.isSafeInteger(value);

const chunks = <T>(values: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(values.length / idsPerItem) }, (_, index) =>
    values.slice(index * idsPerItem, (index + 1) * idsPerItem),
  );
