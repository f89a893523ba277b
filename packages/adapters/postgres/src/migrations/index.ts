import { accounts } from './0006-accounts.ts';
import { append } from './0003-append.ts';
import { cursorsByDevice } from './0021-cursors-by-device.ts';
import { delivery } from './0004-delivery.ts';
import { deployment } from './0001-deployment.ts';
import { forgetting } from './0020-forgetting.ts';
import { keys } from './0005-keys.ts';
import { log } from './0002-log.ts';
import { messages } from './0022-append-messages.ts';
import type { Migration } from './migration.ts';
import { moving } from './0019-moving.ts';
import { presence } from './0008-presence.ts';
import { rateLimits } from './0013-rate-limits.ts';
import { retention } from './0010-retention.ts';
import { sentAgain } from './0024-sent-again.ts';
import { sessions } from './0007-sessions.ts';
import { signingSecrets } from './0023-signing-secrets.ts';

/** All steps of the schema, oldest first. A released one never changes; a change is a new one. */
export const migrations: readonly Migration[] = [
  deployment,
  log,
  append,
  delivery,
  keys,
  accounts,
  sessions,
  presence,
  retention,
  rateLimits,
  moving,
  forgetting,
  cursorsByDevice,
  messages,
  signingSecrets,
  sentAgain,
];
