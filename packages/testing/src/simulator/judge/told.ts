import type { DeviceRef } from '@sealpost/domain';
import type { WireAccountCursor, WireEntryPage } from '@sealpost/protocol';
import type { Testimony } from '../testimony.ts';
import { acceptanceIn } from './acceptance.ts';
import type { Scene } from './scene.ts';

/** Something about a conversation that a device is being told. */
export interface Told {
  readonly to: DeviceRef;
  readonly conversation: string;
  readonly what: string;
  /** Since when it may have been looked up. */
  readonly since: number;
  /** How far it is told that the log goes; null: what it is told is about now. */
  readonly head: number | null;
  /** The accounts whose doings it tells of. */
  readonly of: readonly string[];
}

/** How far others got, of which a device is being told. */
export function progressTold(testimony: Testimony): readonly WireAccountCursor[] {
  const { kind } = testimony;
  if (kind === 'pushed')
    return testimony.push.event === 'receipts' ? [testimony.push.payload.cursor] : [];
  if (kind !== 'answered' || testimony.what !== 'receipts' || !testimony.answer.ok) return [];
  return (testimony.answer.value as { cursors: readonly WireAccountCursor[] }).cursors;
}

/** A process takes so long for the few readings behind a push, when nothing is broken; and when something is. */
const readingMs = { calm: 60, disturbed: 1_000 } as const;
/** What was under way when something was mended has arrived by then. */
const arrivedMs = 2_000;
/** From one process to another, at the most. */
const hintMs = 500;

/** What a testimony tells a device about conversations, but for the entries themselves. */
export function toldBy(testimony: Testimony, scene: Scene): readonly Told[] {
  if (testimony.kind === 'pushed') return pushed(testimony, scene);
  return testimony.kind === 'answered' ? answered(testimony) : [];
}

function pushed(
  { device: to, push }: Extract<Testimony, { kind: 'pushed' }>,
  { calmForMs, timeline }: Scene,
): readonly Told[] {
  const what = push.event;
  const since = timeline.now - readingMs[calmForMs >= arrivedMs ? 'calm' : 'disturbed'];
  switch (push.event) {
    case 'heads':
      return push.payload.conversations.map(({ conversation, head }) => {
        return { to, conversation, what, since, head, of: [] };
      });
    case 'receipts': {
      const { conversation, cursor } = push.payload;
      return [{ to, conversation, what, since, head: null, of: [cursor.account] }];
    }
    case 'typing': {
      const { conversation, account } = push.payload;
      return [{ to, conversation, what, since: since - hintMs, head: null, of: [account] }];
    }
    default:
      return [];
  }
}

const asksAbout: ReadonlySet<string> = new Set([
  ...['conversation', 'joinInformation', 'receipts', 'presence', 'entries'],
]);

function answered(testimony: Extract<Testimony, { kind: 'answered' }>): readonly Told[] {
  const { what, caller: to, asked, answer, since } = testimony;
  if (!answer.ok || !to) return [];
  if (what === 'conversations') {
    const { conversations } = answer.value as { conversations: readonly string[] };
    return conversations.map((conversation) => {
      return { to, conversation, what, since, head: null, of: [] };
    });
  }
  // Whoever asks again after it left is told of its own entry once more (G4).
  const accepted = acceptanceIn(testimony);
  if (accepted) {
    const { conversation, seq } = accepted;
    return [{ to, conversation, what, since, head: seq, of: [] }];
  }
  if (what === 'typing') {
    const { conversation } = asked as { conversation: string };
    return [{ to, conversation, what, since, head: null, of: [] }];
  }
  if (!asksAbout.has(what)) return [];
  const { conversation } = (asked as { params: { conversation: string } }).params;
  const head = what === 'entries' ? (answer.value as WireEntryPage).head : null;
  return [{ to, conversation, what, since, head, of: namedIn(what, answer.value) }];
}

function namedIn(what: string, value: unknown): readonly string[] {
  if (what === 'presence') return (value as { online: readonly string[] }).online;
  if (what !== 'receipts') return [];
  const { cursors } = value as { cursors: readonly { readonly account: string }[] };
  return cursors.map(({ account }) => account);
}
