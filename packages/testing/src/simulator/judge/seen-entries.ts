import type { DeviceRef } from '@sealpost/domain';
import type { WireEntry, WireEntryPage } from '@sealpost/protocol';
import type { Testimony } from '../testimony.ts';

export interface SeenEntries {
  readonly device: DeviceRef;
  readonly conversation: string;
  readonly incarnation: number;
  readonly entries: readonly WireEntry[];
  /** Null where entries come by themselves. */
  readonly page: WireEntryPage | null;
}

/** The entries that a device is being given, whichever way. */
export function entriesGiven(testimony: Testimony): SeenEntries | null {
  if (testimony.kind === 'pushed' && testimony.push.event === 'entries') {
    const { conversation, incarnation, entries } = testimony.push.payload;
    const given = entries as readonly WireEntry[];
    return { device: testimony.device, conversation, incarnation, entries: given, page: null };
  }
  if (testimony.kind !== 'answered' || testimony.what !== 'entries') return null;
  const { answer, asked, caller } = testimony;
  if (!answer.ok || !caller) return null;
  const { params } = asked as { params: { conversation: string } };
  const page = answer.value as WireEntryPage;
  const { conversation } = params;
  return {
    device: caller,
    conversation,
    incarnation: page.incarnation,
    entries: page.entries,
    page,
  };
}
