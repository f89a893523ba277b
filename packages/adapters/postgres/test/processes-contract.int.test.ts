import { GroupCommitLog, type ConversationLog } from '@sealpost/domain';
import { conversationLogContract, type StoresSubject, testTurn } from '@sealpost/testing';
import { connectPostgres } from '../src/index.ts';
import { SchemaShelf } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const options = { lanes: 2, flushItems: 500, flushBytes: 8 << 20 };
const ports = {
  turn: testTurn,
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  meter: { count: () => {}, observe: () => {} },
};

/** Takes each call to the next process, as a load balancer does. */
function inTurn(logs: readonly ConversationLog[]): ConversationLog {
  let calls = 0;
  const next = (): ConversationLog => logs[calls++ % logs.length] ?? inTurn(logs);
  return {
    load: (...given) => next().load(...given),
    append: (...given) => next().append(...given),
    page: (...given) => next().page(...given),
    entry: (...given) => next().entry(...given),
    heads: (...given) => next().heads(...given),
    movedSince: (...given) => next().movedSince(...given),
    conversations: (...given) => next().conversations(...given),
    find: (...given) => next().find(...given),
    saveSnapshot: (...given) => next().saveSnapshot(...given),
    markRestored: (...given) => next().markRestored(...given),
    expiring: (...given) => next().expiring(...given),
    cut: (...given) => next().cut(...given),
    kept: (...given) => next().kept(...given),
    tenure: (...given) => next().tenure(...given),
    changeTenure: (...given) => next().changeTenure(...given),
    adopt: (...given) => next().adopt(...given),
  };
}

const subject: StoresSubject = {
  name: 'three processes with group commit on postgres',
  open: async () => {
    const fresh = await shelf.open(2);
    const others = [1, 2].map(() =>
      connectPostgres({ url: server.url, schema: fresh.schema, poolSize: 2 }),
    );
    const logs = [fresh.stores, ...others].map(
      ({ log }) => new GroupCommitLog(log, options, ports),
    );
    const dispose = async (): Promise<void> => {
      await Promise.all(others.map((stores) => stores.stop()));
      await fresh.dispose();
    };
    return { stores: { ...fresh.stores, log: inTurn(logs) }, dispose };
  },
};

conversationLogContract(subject);
