import type { ConversationId } from '../shared/ids.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';

/** What a move from one store to another has before it, and behind it. */
export interface MoveSurvey {
  /** Conversations that the source has or had. */
  readonly conversations: number;
  /** Of those are in the target. */
  readonly there: number;
  /** Entries of the others, of which some may have been copied. */
  readonly entries: number;
  /** False: it was ended before everything was looked at. */
  readonly isWhole: boolean;
}

const conversationsAtOnce = 200;

/** Looks at what is to be moved, also while it is moved, and changes nothing. `isEnough` is asked after each page. */
export async function surveyMove(
  from: ConversationLog,
  to: ConversationLog,
  isEnough: () => boolean = () => false,
): Promise<MoveSurvey> {
  let survey = { conversations: 0, there: 0, entries: 0 };
  for (let after: ConversationId | null = null; ;) {
    const listed = await from.conversations({ after, limit: conversationsAtOnce });
    for (const [conversation, { seq, floor, tenure }] of await from.heads(listed)) {
      const isThere = tenure.state !== 'open' && (await to.tenure(conversation))?.state === 'open';
      survey = {
        conversations: survey.conversations + 1,
        there: survey.there + (isThere ? 1 : 0),
        entries: survey.entries + (isThere ? 0 : seq - floor),
      };
    }
    after = listed.length < conversationsAtOnce ? null : (listed.at(-1) ?? null);
    if (after === null || isEnough()) return { ...survey, isWhole: after === null };
  }
}
