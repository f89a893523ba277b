import type { ConversationLog } from '@sealpost/domain';
import { overriding } from '../../fixtures/overriding.ts';
import type { SharedStores } from '../server/shared-stores.ts';

/** The stores with some of the log's methods replaced. */
export const withLog = (
  stores: SharedStores,
  methods: (log: ConversationLog) => Partial<ConversationLog>,
): SharedStores => ({ ...stores, log: overriding(stores.log, methods(stores.log)) });
