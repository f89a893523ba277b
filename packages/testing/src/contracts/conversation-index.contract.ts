import { describe } from 'vitest';
import { discovering } from './conversation-index/discovering.contract.ts';
import { formerMembers } from './conversation-index/former-members.contract.ts';
import { listing } from './conversation-index/listing.contract.ts';
import { allRows } from './conversation-index/rows.contract.ts';
import type { StoresSubject } from './subject.ts';

/** The specification of `ConversationIndex` (G5, G6): what it says of heads and cursors comes from the same stores. */
export function conversationIndexContract(subject: StoresSubject): void {
  describe(`ConversationIndex: ${subject.name}`, () => {
    listing(subject);
    discovering(subject);
    formerMembers(subject);
    allRows(subject);
  });
}
