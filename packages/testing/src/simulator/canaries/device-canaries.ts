import type { Bytes, CryptoEngine, LocalStore, Records, Writes } from '@sealpost/client';
import { overriding } from '../../fixtures/overriding.ts';
import type { Canary } from './canary.ts';

const idAgain: Canary = {
  name: 'outbox id regenerated on retry',
  sabotage: {
    transport: (right, { dice }) => {
      const sent = new Set<string>();
      return {
        call: (...given) => right.call(...given),
        connect: (handshake, listener) => {
          const connection = right.connect(handshake, listener);
          return {
            close: () => connection.close(),
            send: (name, payload) => {
              if (name !== 'send' || !('clientId' in payload))
                return connection.send(name, payload);
              const { clientId } = payload;
              const again = sent.has(clientId);
              sent.add(clientId);
              const fresh = clientId.slice(0, -12) + dice.id().slice(0, 12);
              return connection.send(name, again ? { ...payload, clientId: fresh } : payload);
            },
          };
        },
      };
    },
  },
};

/** Writes the commit of before with each commit: the last one is only in memory. */
const told: Canary = {
  name: 'cursor acknowledged before it is stored',
  sabotage: {
    localStore: (right): LocalStore => {
      let unwritten = new Map<string, Bytes | null>();
      const write = async (): Promise<void> => {
        const writes = unwritten;
        unwritten = new Map();
        if (writes.size > 0) await right.commit(writes);
      };
      return overriding(right, {
        get: async (key) => {
          const value = unwritten.get(key);
          return value === undefined ? right.get(key) : value;
        },
        list: async (prefix, page) => {
          await write();
          return right.list(prefix, page);
        },
        commit: async (writes) => {
          const isEntry = [...writes.keys()].some((key) => key.startsWith('entry/'));
          await write();
          if (isEntry) unwritten = new Map(writes);
          else await right.commit(writes);
        },
      });
    },
  },
};

const newestFirst: Canary = {
  name: 'outbox sent newest first',
  sabotage: {
    localStore: (right) =>
      overriding(right, {
        list: async (prefix, page) => {
          const records = await right.list(prefix, page);
          return prefix.startsWith('outbox/') ? records.toReversed() : records;
        },
      }),
  },
};

/** Forgets, now and then, what was to be sent. */
const outboxForgets: Canary = {
  name: 'message forgotten that was to be sent',
  sabotage: {
    localStore: (right, { dice }) =>
      overriding(right, {
        commit: (writes) => {
          const isPut = writes.has('outbox-next');
          return right.commit(isPut && dice.perMille(100) ? new Map() : writes);
        },
      }),
  },
};

/** Another text is shown than was said. */
const wrongText: Canary = {
  name: 'message shown with another text',
  sabotage: {
    engine: (right): CryptoEngine =>
      overriding(right, {
        encrypt: (records, plaintext, binding) => {
          const altered = Uint8Array.from(plaintext);
          const digit = altered.findLastIndex((byte) => byte >= 0x30 && byte <= 0x39);
          if (digit >= 0) altered[digit] = altered[digit] === 0x39 ? 0x30 : 0x39;
          return right.encrypt(records, altered, binding);
        },
      }),
  },
};

const over = (records: Records, writes: Writes): Records => ({
  get: (key) => {
    const written = writes.get(key);
    return written === undefined ? records.get(key) : Promise.resolve(written);
  },
});

/** Takes whatever change comes for its own one that is on its way. */
const settledOnAnother: Canary = {
  name: 'staged commit settled on another digest',
  sabotage: {
    engine: (right): CryptoEngine => {
      const staged = new Map<string, string>();
      return overriding(right, {
        commit: (records, wanted) => {
          staged.set(wanted.conversation, wanted.clientId);
          return right.commit(records, wanted);
        },
        process: async (records, self, entry) => {
          const clientId = staged.get(entry.conversation);
          staged.delete(entry.conversation);
          if (clientId === undefined) return right.process(records, self, entry);
          const accepted = { accepted: true, seq: entry.seq } as const;
          const own = await right.settle(records, entry.conversation, clientId, accepted);
          const rest = await right.process(over(records, own.writes), self, entry);
          return { result: rest.result, writes: new Map([...own.writes, ...rest.writes]) };
        },
      });
    },
  },
};

export const deviceCanaries: readonly Canary[] = [
  idAgain,
  told,
  newestFirst,
  settledOnAnother,
  outboxForgets,
  wrongText,
];
