import * as mls from 'ts-mls';
import type { Bytes } from '../../src/engine/engine.port.ts';
import { EpochCache } from '../../src/engine/mls/epoch-cache.ts';
import { loadMember, ratcheted } from '../../src/engine/mls/group-record.ts';
import { SUITE, type Epoch } from '../../src/engine/mls/ts-mls.ts';

/** The library as an attacker has it: without the engine's rules. */
export const suite = (): Promise<mls.CiphersuiteImpl> =>
  mls.getCiphersuiteImpl(mls.getCiphersuiteFromName(SUITE));

export function wire(bytes: Bytes): mls.MLSMessage {
  const [message] = mls.decodeMlsMessage(bytes, 0) ?? [];
  if (!message) throw new Error('no MLS message');
  return message;
}

/** The keys that a device's records hold. */
export async function epochOf(
  records: ReadonlyMap<string, Bytes>,
  conversation: string,
): Promise<Epoch> {
  const reader = { get: async (key: string) => records.get(key) ?? null };
  return ratcheted(reader, await loadMember(reader, new EpochCache(), conversation), 'all');
}
