import { memoryStores } from '@sealpost/adapter-memory';
import {
  conversationLogContract,
  lanesOver,
  logModelSuite,
  type StoresSubject,
  TallyMeter,
  TestTime,
} from '@sealpost/testing';
import { MovingLog } from '../moving/moving-log.ts';
import { CachedLog } from './cached-log.ts';
import type { ConversationLog } from './conversation-log.port.ts';

/** A store with something wrapped around its log, which then takes its place. */
const wrapped = (name: string, wrap: (log: ConversationLog) => ConversationLog): StoresSubject => ({
  name,
  open: () => {
    const stores = memoryStores();
    const dispose = () => Promise.resolve(stores.close());
    return Promise.resolve({ stores: { ...stores, log: wrap(stores.log) }, dispose });
  },
});
const lanes = (log: ConversationLog): ConversationLog =>
  lanesOver(log, { time: new TestTime(), meter: new TallyMeter() });
// Few places, so that conversations fall out of the cache.
const cached = (log: ConversationLog): ConversationLog => new CachedLog(log, 2);

/** Two stores between which a history is moved, the second still empty. */
const moving: StoresSubject = {
  name: 'memory with another store to move to',
  open: async () => {
    const [stores, others] = [memoryStores(), memoryStores()];
    await others.log.changeTenure(null, 0, { term: 1, state: 'closed' });
    const dispose = () => Promise.resolve(stores.close());
    return { stores: { ...stores, log: new MovingLog(stores.log, others.log, 2) }, dispose };
  },
};

for (const subject of [
  wrapped('memory behind group commit', lanes),
  wrapped('memory behind a cache', cached),
  wrapped('memory behind group commit behind a cache', (log) => cached(lanes(log))),
  moving,
]) {
  conversationLogContract(subject);
  logModelSuite(subject, { runs: 60 });
}
