import type { Testimony } from '../testimony.ts';

/** What a sender is told of its entry. */
export interface Acceptance {
  readonly conversation: string;
  readonly device: string;
  readonly clientId: string;
  readonly seq: number;
  readonly digest: Uint8Array;
}

/** What a process is about to tell a sender. */
export function acceptanceIn(testimony: Testimony): Acceptance | null {
  if (testimony.kind !== 'answered') return null;
  const { what, answer, asked, caller } = testimony;
  if ((what !== 'append' && what !== 'send') || !answer.ok || !caller) return null;
  const { seq, digest } = answer.value as { seq: number; digest: Uint8Array };
  const { device } = caller;
  if (what === 'send') {
    const { conversation, clientId } = asked as { conversation: string; clientId: string };
    return { conversation, device, clientId, seq, digest };
  }
  const { params, body } = asked as {
    params: { conversation: string };
    body: { clientId: string };
  };
  return { conversation: params.conversation, device, clientId: body.clientId, seq, digest };
}

/** How findings name an entry. */
export const told = ({
  conversation,
  seq,
}: {
  readonly conversation: string;
  readonly seq: number;
}): string => `${conversation.slice(0, 12)} ${seq}`;
