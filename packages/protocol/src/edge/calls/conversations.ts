import { ok } from '@sealpost/domain';
import { answered } from './answers.ts';
import type { Handler } from './handler.ts';
import { wireConversation, wireCursor } from '../mapping/conversation.ts';
import { commandOf, wirePage } from '../mapping/entry.ts';

type Names =
  | 'conversations'
  | 'conversation'
  | 'joinInformation'
  | 'entries'
  | 'append'
  | 'receipts'
  | 'presence';

export const conversationHandlers = {
  conversations: async ({ query: { after = null, limit }, caller }, { useCases }) => {
    const page = await useCases.listConversations.page(caller.account, { after, limit });
    return ok({ conversations: [...page.conversations], next: page.next });
  },

  conversation: async ({ params, caller }, { useCases }) =>
    answered(
      await useCases.describeConversation.state(params.conversation, caller.account),
      ({ state, head }) => wireConversation(state, head, useCases.incarnation()),
    ),

  joinInformation: async ({ params, caller }, { useCases }) =>
    answered(
      await useCases.describeConversation.joinInformation(params.conversation, caller.account),
      ({ generation, epoch, head, bytes }) => ({ generation, epoch, head, bytes }),
    ),

  entries: async ({ params, query, self }, { useCases }) => {
    const cursor = { incarnation: query.incarnation, seq: query.after };
    const page = await useCases.readLog.execute(params.conversation, self, cursor, query.limit);
    return answered(page, (value) => wirePage(value, self.device));
  },

  append: async ({ params, body, self }, { useCases }) =>
    answered(
      await useCases.appendEntry.execute(commandOf(body, params.conversation, self)),
      ({ seq, acceptedAt, digest }) => ({ seq, acceptedAt, digest }),
    ),

  receipts: async ({ params, caller }, { useCases }) =>
    answered(
      await useCases.readReceipts.execute(params.conversation, caller.account),
      (cursors) => ({
        cursors: cursors.map(wireCursor),
      }),
    ),

  presence: async ({ params, caller }, { useCases }) =>
    answered(
      await useCases.sharePresence.online(params.conversation, caller.account),
      (online) => ({ online }),
    ),
} satisfies { [N in Names]: Handler<N> };
