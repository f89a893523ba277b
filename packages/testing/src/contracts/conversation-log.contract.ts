import { describe } from 'vitest';
import { adopting } from './conversation-log/adopting.contract.ts';
import { appending } from './conversation-log/appending.contract.ts';
import { closing } from './conversation-log/closing.contract.ts';
import { cutting } from './conversation-log/cutting.contract.ts';
import { expiring } from './conversation-log/expiring.contract.ts';
import { knownSends } from './conversation-log/known.contract.ts';
import { loading } from './conversation-log/loading.contract.ts';
import { paging } from './conversation-log/paging.contract.ts';
import { racingReaders } from './conversation-log/racing-readers.contract.ts';
import { racingChanges } from './conversation-log/racing-changes.contract.ts';
import { racingClosings } from './conversation-log/racing-closings.contract.ts';
import { racingCuts } from './conversation-log/racing-cuts.contract.ts';
import { racing } from './conversation-log/racing.contract.ts';
import { restoring } from './conversation-log/restoring.contract.ts';
import { staleItems } from './conversation-log/stale.contract.ts';
import { superseding } from './conversation-log/superseding.contract.ts';
import { turns } from './conversation-log/turns.contract.ts';
import type { StoresSubject } from './subject.ts';

/**
 * The specification of `ConversationLog` (G1–G5, G7): held by every store and by everything that is wrapped around one
 * (group commit, caches), which takes the store's place in `stores.log`.
 */
export function conversationLogContract(subject: StoresSubject): void {
  describe(`ConversationLog: ${subject.name}`, () => {
    appending(subject);
    knownSends(subject);
    staleItems(subject);
    turns(subject);
    superseding(subject);
    racing(subject);
    racingChanges(subject);
    paging(subject);
    racingReaders(subject);
    loading(subject);
    restoring(subject);
    expiring(subject);
    cutting(subject);
    racingCuts(subject);
    closing(subject);
    racingClosings(subject);
    adopting(subject);
  });
}
