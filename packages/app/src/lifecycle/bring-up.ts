import type { Composition } from '../composition/compose.ts';
import { type Backends, stepsDue } from '../backends/backends.ts';
import { TOKENS } from '../composition/tokens.ts';
import type { ServerLog } from '../log/log-record.ts';
import type { Closing } from './closing.ts';
import { StartError } from './start-error.ts';

/** Opens what the server works on. */
export async function openBackends({ get }: Composition, closing: Closing): Promise<Backends> {
  const backends = await get(TOKENS.backends);
  closing.add('backends', () => backends.stop());
  return backends;
}

/** Has everything made that the adapters need, where that is the server's task; else refuses to start without it. */
export async function prepareBackends(
  { adapters }: Pick<Backends, 'adapters'>,
  log: ServerLog,
): Promise<void> {
  for (const one of adapters) {
    const { preparation } = one.adapter;
    const steps = await stepsDue({ adapters: [one] });
    if (preparation === null || steps.length === 0) continue;
    if (!preparation.atStart) {
      throw new StartError(
        'migrations_due',
        `${one.name} is not up to date: ${steps.length} migration steps are due. ` +
          'Run `sealpost migrate`, or set migrate to at-start where it is configured.',
      );
    }
    await preparation.run();
    log({ level: 'info', event: 'migrated', steps });
  }
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
  const healthCare = await get(TOKENS.healthCare);
  closing.add('health', () => healthCare.stop());
  healthCare.start();
  await incarnation.read();
  await accessTokens.start();
  closing.add('revocations', () => revokedSessions.stop());
  await revokedSessions.start();
  const incarnationCare = await get(TOKENS.incarnationCare);
  closing.add('incarnation', () => incarnationCare.stop());
  incarnationCare.start();
  const [deliverEntries, receiveHints, keyCare, limitCare, rosterWork] = await Promise.all([
    get(TOKENS.deliverEntries),
    get(TOKENS.receiveHints),
    get(TOKENS.keyCare),
    get(TOKENS.limitCare),
    get(TOKENS.rosterWork),
  ]);
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
