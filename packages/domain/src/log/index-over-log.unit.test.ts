import { memoryStores } from '@sealpost/adapter-memory';
import { conversationIndexContract } from '@sealpost/testing';
import { IndexOverLog } from './index-over-log.ts';

/** Memberships and cursors in one store, the logs in another. */
conversationIndexContract({
  name: 'two stores in memory',
  open: async () => {
    const [stores, history] = [memoryStores(), memoryStores()];
    const index = new IndexOverLog(stores.index, history.log);
    const dispose = async (): Promise<void> => {
      stores.close();
      history.close();
    };
    return { stores: { ...stores, log: history.log, index }, dispose };
  },
});
