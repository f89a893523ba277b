import { randomBytes } from 'node:crypto';
import { SystemDigest } from '@sealpost/adapter-system';
import { type DeviceRef, entryDigest } from '@sealpost/domain';
import { bodyOf } from '../load/body.ts';

/** The columns that `rowsOf` writes, in its order; the others are null, as they are of a message for all. */
export const columns = [
  'conversation',
  'seq',
  'accepted_at',
  'loud',
  'generation',
  'epoch',
  'kind',
  'class',
  'sender_account',
  'sender_device',
  'client_id',
  'digest',
  'parts',
] as const;

/** PostgreSQL's binary format for COPY: what every file of it begins and ends with. */
export const copyHeader = Buffer.concat([
  Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'),
  Buffer.alloc(8),
]);
export const copyTrailer = Buffer.from([0xff, 0xff]);

const bodies = Array.from({ length: 64 }, (_, number) => {
  const bytes = new Uint8Array(bodyOf(2 ** 31 + number));
  const digest = entryDigest(new SystemDigest(), [{ audience: 'all', bytes }]);
  return { bytes, digest };
});
const run = randomBytes(9).toString('hex');
const clientIdBytes = 36;
const rowsInChunk = 500;

export interface Stored {
  readonly conversation: string;
  /** In turn. */
  readonly senders: readonly DeviceRef[];
  /** Of the first message, which is also how many loud ones there are with it, plus one. */
  readonly from: number;
  readonly messages: number;
  /** When the first was accepted; the others one millisecond after each other. */
  readonly at: number;
}

const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};

interface Template {
  readonly row: Buffer;
  /** Where each column's value begins. */
  readonly at: Readonly<Record<(typeof columns)[number], number>>;
}

/** A row of a sender whose messages differ in number, time, client id and body only. */
function templateOf(conversation: string, { account, device }: DeviceRef): Template {
  const [body] = bodies;
  const values: readonly Buffer[] = [
    Buffer.from(conversation),
    integer(0),
    integer(0),
    integer(0),
    integer(1),
    integer(1),
    Buffer.from('message'),
    Buffer.from('loud'),
    Buffer.from(account),
    Buffer.from(device),
    Buffer.alloc(clientIdBytes),
    Buffer.from(body?.digest ?? []),
    Buffer.from(body?.bytes ?? []),
  ];
  const at: Record<string, number> = {};
  const pieces: Buffer[] = [Buffer.from([0, columns.length])];
  let length = 2;
  for (const [place, value] of values.entries()) {
    const size = Buffer.alloc(4);
    size.writeInt32BE(value.length);
    pieces.push(size, value);
    at[columns[place] ?? ''] = length + 4;
    length += 4 + value.length;
  }
  return { row: Buffer.concat(pieces), at: at as Template['at'] };
}

/** The messages of a conversation as rows of its table, some hundreds at a time: what real sends would have stored. */
export function* rowsOf({ conversation, senders, from, messages, at }: Stored): Iterable<Buffer> {
  const templates = senders.map((sender) => templateOf(conversation, sender));
  for (let done = 0; done < messages; done += rowsInChunk) {
    const rows: Buffer[] = [];
    for (let place = done; place < Math.min(done + rowsInChunk, messages); place++) {
      const template = templates[place % templates.length];
      const body = bodies[place % bodies.length];
      if (!template || !body) throw new Error('a conversation needs a sender');
      const row = Buffer.from(template.row);
      row.writeBigInt64BE(BigInt(from + place), template.at.seq);
      row.writeBigInt64BE(BigInt(at + place), template.at.accepted_at);
      row.writeBigInt64BE(BigInt(from + place - 1), template.at.loud);
      const clientId = `${run}${(from + place).toString(16).padStart(18, '0')}`;
      row.write(clientId, template.at.client_id, 'latin1');
      row.set(body.digest, template.at.digest);
      row.set(body.bytes, template.at.parts);
      rows.push(row);
    }
    yield Buffer.concat(rows);
  }
}
