import type { AdapterDefinition } from '@sealpost/domain';
import { NewAdapterConversationLog } from './new-adapter-conversation-log.ts';
import { type Options, options } from './options.ts';

/** What a server loads. Give it its name: it is shown to operators, in health and in logs. */
export const adapter: AdapterDefinition<Options> = {
  name: 'new-adapter',
  ports: { history: 2 },
  options,
  open: async (given, host) => ({
    ports: { history: new NewAdapterConversationLog(given, host) },
    preparation: null,
    everyValue: null,
    health: () => Promise.resolve([]),
    stop: () => Promise.resolve(),
  }),
};
