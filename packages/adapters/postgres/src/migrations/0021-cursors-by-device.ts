import type { Migration } from './migration.ts';

/** Discovery reads all cursors of one device: in its index they lie side by side. */
export const cursorsByDevice: Migration = {
  name: '0021-cursors-by-device',
  up: `
    ALTER TABLE device_cursors
      DROP CONSTRAINT device_cursors_pkey,
      ADD PRIMARY KEY (device, conversation, account);`,
};
