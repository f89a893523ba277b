import { AdapterFailure } from '@sealpost/domain';
import type { ConversationId } from '@sealpost/domain';
import type { StoredLog } from './stored-log.ts';

/**
 * The data that the ports of one deployment share. Every operation on it runs within one turn of the event loop, so it
 * is a transaction: nothing else sees it half done.
 */
export class MemoryState {
  readonly logs = new Map<ConversationId, StoredLog>();
  #open = true;

  /** Every call from now on is refused, as by a database that was shut down. */
  close(): void {
    this.#open = false;
  }

  ensureOpen(operation: string): void {
    if (this.#open) return;
    throw new AdapterFailure({ adapter: 'memory', operation, retryable: false, detail: 'closed' });
  }
}
