import { appendEntries } from './append-entries.sql.ts';
import { appendMessage } from './append-message.sql.ts';
import type { Migration } from './migration.ts';

/** What a flush calls. */
export const append: Migration = {
  name: '0003-append',
  up: `${appendEntries};\n${appendMessage};`,
};
