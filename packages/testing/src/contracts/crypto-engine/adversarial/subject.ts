import type { Bytes, IncomingEntry } from '@sealpost/client';
import type { EngineDevice } from '../../../engine/engine-device.ts';
import type { Lab } from '../../../engine/lab.ts';
import type { LogEntry } from '../../../engine/model-log.ts';
import type { CryptoEngineSubject } from '../subject.ts';
import type { EngineAttacks } from './attacks.ts';

export interface AdversarialSubject extends CryptoEngineSubject {
  readonly attacks: EngineAttacks;
  /** How many random alterations of entries are tried. */
  readonly alterations: number;
}

/** The entries from `first` on, as they are given to the device. */
export const givenFrom = (lab: Lab, first: LogEntry, to: EngineDevice): readonly IncomingEntry[] =>
  lab.log.entries.slice(first.seq - 1).map((entry) => lab.log.given(entry, to.ref));

export const textOf = (plaintext: Uint8Array): string => new TextDecoder().decode(plaintext);

/** The bytes of the entry's part for all. */
export function bytesForAll(entry: LogEntry): Uint8Array {
  const part = entry.parts.find(({ audience }) => audience === 'all');
  if (!part) throw new Error('the entry has no part for all');
  return part.bytes;
}

/** An entry that the log would number next, whatever is in it. */
export function commitEntry(
  lab: Lab,
  by: EngineDevice,
  clientId: string,
  bytes: Bytes,
  mode: 'member' | 'external' = 'member',
): LogEntry {
  const { generation, epoch, entries } = lab.log;
  return {
    seq: entries.length + 1,
    generation,
    epoch: epoch + 1,
    sender: by.ref,
    clientId,
    kind: 'commit',
    class: 'quiet',
    mode,
    adds: mode === 'external' ? [by.ref] : [],
    removes: [],
    parts: [{ audience: 'all', bytes }],
  };
}
