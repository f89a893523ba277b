import { appendMessages } from './append-messages.sql.ts';
import type { Migration } from './migration.ts';

/** What most flushes call. */
export const messages: Migration = { name: '0022-append-messages', up: appendMessages };
