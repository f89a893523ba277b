import { AdapterFailure } from '../shared/adapter-failure.ts';
import type { ConversationLog, Head } from '../log/conversation-log.port.ts';

const movedAway = (operation: string): AdapterFailure =>
  new AdapterFailure({ adapter: 'log', operation, retryable: true, detail: 'moved_away' });

function settled(operation: string, heads: Iterable<Head>): void {
  for (const { tenure } of heads) if (tenure.state !== 'open') throw movedAway(operation);
}

/**
 * The log of a server that knows of one store only. A conversation that is moved, or was, is unavailable to it: whoever
 * asks here is to ask a process that knows where it is. Nothing is read from a copy that has fallen behind.
 */
export function settledLog<Log extends ConversationLog>(inner: Log): Log {
  const checked: Pick<ConversationLog, 'append' | 'load' | 'page' | 'heads' | 'movedSince'> = {
    append: async (batch) => {
      const outcomes = await inner.append(batch);
      if (outcomes.some(({ code }) => code === 'closed')) throw movedAway('append');
      return outcomes;
    },
    load: async (conversation, from) => {
      const loaded = await inner.load(conversation, from);
      if (loaded) settled('load', [loaded.head]);
      return loaded;
    },
    page: async (conversation, after, limit) => {
      const page = await inner.page(conversation, after, limit);
      if (page) settled('page', [page.head]);
      return page;
    },
    heads: async (conversations) => {
      const heads = await inner.heads(conversations);
      settled('heads', heads.values());
      return heads;
    },
    movedSince: async (since, limit) => {
      const heads = await inner.movedSince(since, limit);
      settled('movedSince', heads.values());
      return heads;
    },
  };
  return new Proxy(inner, {
    get: (target, name) => {
      if (Object.hasOwn(checked, name)) return Reflect.get(checked, name) as unknown;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member as () => unknown).bind(target) : member;
    },
  });
}
