import { describe } from 'vitest';
import { appending } from './conversation-log/appending.contract.ts';
import { judging } from './conversation-log/judging.contract.ts';
import { loading } from './conversation-log/loading.contract.ts';
import { paging } from './conversation-log/paging.contract.ts';
import { racing } from './conversation-log/racing.contract.ts';
import { racingReaders } from './conversation-log/racing-readers.contract.ts';
import { restoring } from './conversation-log/restoring.contract.ts';
import type { StoresSubject } from './subject.ts';

/**
 * The specification of `ConversationLog` (G1–G4, G7): held by every store and by everything that is wrapped around one
 * (group commit, caches), which takes the store's place in `stores.log`.
 */
export function conversationLogContract(subject: StoresSubject): void {
  describe(`ConversationLog: ${subject.name}`, () => {
    appending(subject);
    judging(subject);
    racing(subject);
    paging(subject);
    racingReaders(subject);
    loading(subject);
    restoring(subject);
  });
}
