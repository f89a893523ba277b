import type { Bytes, IncomingEntry } from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { decodeMessage, type Message } from './ts-mls.ts';

/** The one part for all of an entry, decoded; null when there is not exactly one, or it does not decode. */
export async function partForAll(
  entry: IncomingEntry,
  limitBytes: number,
): Promise<Message | null> {
  const [part, ...more] = entry.parts.filter(({ audience }) => audience === 'all');
  return part && more.length === 0 ? decodePart(part.bytes, limitBytes) : null;
}

/** The parts for this device, as far as they decode. */
export async function partsForDevice(
  entry: IncomingEntry,
  limitBytes: number,
): Promise<readonly Message[]> {
  const parts = entry.parts.filter(({ audience }) => audience === 'device');
  const decoded = await Promise.all(parts.map(({ bytes }) => decodePart(bytes, limitBytes)));
  return decoded.flatMap((message) => message ?? []);
}

const decodePart = async (bytes: Bytes, limitBytes: number): Promise<Message | null> =>
  bytes.length > limitBytes ? null : attempt(() => decodeMessage(bytes));
