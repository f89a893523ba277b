import type { Composition } from '../composition/compose.ts';
import type { Storage } from '../composition/storage.ts';
import { TOKENS } from '../composition/tokens.ts';
import type { ServerLog } from '../log/log-record.ts';
import type { Closing } from './closing.ts';
import { StartError } from './start-error.ts';

/** Opens the store, and sees to it that its schema is this release's. */
export async function openStore({ get }: Composition, closing: Closing): Promise<Storage> {
  const storage = await get(TOKENS.storage);
  closing.add('storage', () => storage.stop());
  return storage;
}

/** Brings the schema up to date where that is the server's task; else refuses to start on an older one. */
export async function migrateStore(
  storage: Pick<Storage, 'migrate' | 'migratesAtStart' | 'pendingMigrations'>,
  log: ServerLog,
): Promise<void> {
  const steps = await storage.pendingMigrations();
  if (steps.length === 0) return;
  if (!storage.migratesAtStart) {
    throw new StartError(
      'migrations_due',
      `The database is not up to date: ${steps.length} migration steps are due. ` +
        'Run `sealpost migrate`, or set storage.migrate to at-start.',
    );
  }
  await storage.migrate();
  log({ level: 'info', event: 'migrated', steps });
}

/** Starts what works behind the transports: keys, revocations, hints, pushes, rates, roster tasks. */
export async function startWork({ get }: Composition, closing: Closing): Promise<void> {
  const [incarnation, passwords, accessTokens, revokedSessions] = await Promise.all([
    get(TOKENS.incarnation),
    get(TOKENS.passwords),
    get(TOKENS.accessTokens),
    get(TOKENS.revokedSessions),
  ]);
  closing.add('passwords', () => passwords.stop());
  await incarnation.read();
  await accessTokens.start();
  closing.add('revocations', () => revokedSessions.stop());
  await revokedSessions.start();
  const incarnationCare = await get(TOKENS.incarnationCare);
  closing.add('incarnation', () => incarnationCare.stop());
  incarnationCare.start();
  const [openFanOut, deliverEntries, receiveHints, keyCare, limitCare, rosterWork] =
    await Promise.all([
      get(TOKENS.openFanOut),
      get(TOKENS.deliverEntries),
      get(TOKENS.receiveHints),
      get(TOKENS.keyCare),
      get(TOKENS.limitCare),
      get(TOKENS.rosterWork),
    ]);
  closing.add('fan-out', () => openFanOut.stop());
  closing.add('key care', () => keyCare.stop());
  keyCare.start();
  closing.add('limit care', () => limitCare.stop());
  limitCare.start();
  closing.add('delivery', () => deliverEntries.stop());
  deliverEntries.start();
  closing.add('hints', () => receiveHints.stop());
  await receiveHints.start();
  const holdConnections = await get(TOKENS.holdConnections);
  closing.add('presence', () => holdConnections.stop());
  holdConnections.start();
  closing.add('roster tasks', () => rosterWork.stop());
  rosterWork.start();
  const retentionWork = await get(TOKENS.retentionWork);
  closing.add('retention', () => retentionWork.stop());
  retentionWork.start();
}
