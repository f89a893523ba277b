import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  AdapterFailure,
  type AdapterHost,
  type ConformanceCertificate,
  type Finding,
} from '@sealpost/domain';
import { adapterHost } from '../backends/adapter-host.ts';
import { familyOf, type Use } from '../backends/backends.ts';
import { certificateOf } from '../backends/certificate.ts';
import type { Choice } from '../backends/choose-adapter.ts';
import { chosen } from '../backends/open-backends.ts';
import { warning } from '../config/check/warning.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import { StartError } from '../lifecycle/start-error.ts';
import { PrometheusMeter } from '@sealpost/adapter-prometheus';
import { SystemRandom, SystemTimers } from '@sealpost/adapter-system';
import { type AdapterState, stateOf } from './adapter-state.ts';
import type { LocalServer } from './local-server.ts';
import type { Machine } from './machine.ts';
import { error, type ExaminedPart, found, within } from './part.ts';

const limitMs = 6_500;
const day = 24 * 60 * 60_000;

/** How each adapter is: by the server that runs, or opened as one would. */
export async function examineAdapters(
  config: Config,
  local: LocalServer,
  machine: Machine,
): Promise<readonly ExaminedPart[]> {
  const byServer = local.is === 'ours' ? local.health.adapters : null;
  const host = hostFor(config, machine);
  const examined = byServer
    ? byServer.map((state) => partOf(state, config, machine.clock.now(), true))
    : await Promise.all(
        [...chosen(config)].map(([choice, families]) =>
          within(limitMs, nameOf(choice.name, families), opened(choice, families, config, host)),
        ),
      );
  return [...examined.flat(), ...certified(config)];
}

const nameOf = (name: string, families: readonly Use[]): string =>
  `${families.join(', ')} (${name})`;

const hostFor = (config: Config, { clock }: Machine): AdapterHost =>
  adapterHost(config, () => undefined, {
    clock,
    timers: new SystemTimers(),
    random: new SystemRandom(),
    meter: new PrometheusMeter(),
  });

async function opened(
  { name, open }: Choice,
  families: readonly Use[],
  config: Config,
  host: AdapterHost,
): Promise<ExaminedPart> {
  const part = nameOf(name, families);
  // Making a database is no doctor's business.
  if (name === 'embedded-postgres' && !existsSync(join(config.dataFolder, 'postgres')))
    return { part, is: 'made at the first start', findings: [] };
  try {
    const adapter = await open(host);
    try {
      return partOf(await stateOf({ name, families, adapter }), config, host.clock.now(), false);
    } finally {
      await adapter.stop();
    }
  } catch (fault) {
    return { part, is: 'does not open', findings: doesNotOpen(name, fault) };
  }
}

function doesNotOpen(name: string, fault: unknown): Finding[] {
  if (fault instanceof StartError)
    return [error(fault.code, fault.message, 'A server does not start before this is mended.')];
  if (fault instanceof ConfigError)
    return fault.issues.map(({ key, problem }) =>
      error('configuration_refused', `${key}: ${problem}`, 'Correct it: sealpost config check.'),
    );
  const detail = fault instanceof AdapterFailure ? fault.detail : 'a bug of the adapter';
  return [
    error('adapter_failed', `${name} failed (${detail}).`, 'Ask again; if it stays so, report it.'),
  ];
}

function partOf(
  { name, families, findings, signingKeys, dueAtStart }: AdapterState,
  { signingKeys: { rotateAfterMs } }: Config,
  now: number,
  runs: boolean,
): ExaminedPart {
  const keys = signingKeys === null ? '' : `, ${signingKeys.count} signing keys`;
  const due = dueAtStart === 0 ? '' : `, ${dueAtStart} steps to be taken at the next start`;
  return {
    part: nameOf(name, families),
    is: `answers${due}${keys}`,
    findings: [
      ...findings,
      ...found([
        runs &&
          signingKeys?.count === 0 &&
          error(
            'signing_key_missing',
            'A server runs, and the storage has no key that signs access tokens: nobody can log in, and nobody’s session is renewed.',
            'Run sealpost rotate-keys.',
          ),
        runs &&
          signingKeys !== null &&
          signingKeys.count > 0 &&
          now - signingKeys.newest > rotateAfterMs + day &&
          warning(
            'signing_key_old',
            `The key that signs access tokens should have been replaced by now (signingKeys.rotateAfterMs).`,
            'Run sealpost rotate-keys, and look into the log of the server for what keeps it from doing so.',
          ),
      ]),
    ],
  };
}

/** What is certified of adapters from outside. */
function certified(config: Config): ExaminedPart[] {
  return [...chosen(config)].flatMap(([{ name }, families]) => {
    const isOutside = families.some((family) => config[family].kind === 'package');
    if (!isOutside) return [];
    const { certificate, doubts, version } = certificateOf(name, families.map(familyOf));
    const doubt = warning(
      'adapter_not_certified',
      `What ${name} promises is not proven for what is installed here (${doubts.join(', ')}).`,
      'Ask who made it for a release whose certificate is of this version and of the ports of this server.',
    );
    return [
      {
        part: `certificate of ${name}`,
        is: [`version ${version ?? 'unknown'}`, ...contentOf(certificate)].join(', '),
        findings: doubts.length === 0 ? [] : [doubt],
      },
    ];
  });
}

const contentOf = (certificate: ConformanceCertificate | null): readonly string[] => [
  ...Object.entries(certificate?.families ?? {}).map(
    ([family, { portVersion, held, laws }]) =>
      `${family} of port version ${portVersion} with ${held} of ${laws} laws held`,
  ),
  ...(certificate?.capabilities ?? []),
];
