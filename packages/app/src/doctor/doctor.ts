import { checkConfig } from '../config/check/check-config.ts';
import type { ConfigIssue } from '../config/config-error.ts';
import type { ConfigSources } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { knownCookieSecret } from '../composition/cookie-secret.ts';
import { examineAdapters } from './adapters-part.ts';
import { examineDataFolder } from './data-folder-part.ts';
import { findLocalServer, type LocalServer } from './local-server.ts';
import { type Machine, thisMachine } from './machine.ts';
import { examineMachine } from './machine-part.ts';
import { examineMoving } from './moving-part.ts';
import { error, type ExaminedPart, within } from './part.ts';
import { examinePort } from './port-part.ts';
import { Proof } from './proof.ts';
import { examinePublicUrl } from './public-url-part.ts';

/** For each check beside that of the configuration; all are made at once. */
const limitMs = 7_500;

/**
 * Looks at all that a server of this configuration is made of and depends on: by the server, if one runs where it would
 * listen, else by opening its adapters as it would. Changes nothing, and answers within 10 seconds.
 */
export async function examineDeployment(
  sources: ConfigSources,
  machine: Machine = thisMachine,
): Promise<readonly ExaminedPart[]> {
  const { loaded, issues, unwise } = await checkConfig(sources);
  if (loaded === null || issues.length > 0) return [refusedConfiguration(issues)];
  const { config } = loaded;
  const configuration: ExaminedPart = {
    part: 'configuration',
    is: `profile ${config.profile}, ${[...loaded.given.values()].filter(({ source }) => source.kind !== 'profile').length} keys given`,
    findings: unwise,
  };
  return [configuration, ...(await examineAll(config, machine))];
}

const refusedConfiguration = (issues: readonly ConfigIssue[]): ExaminedPart => ({
  part: 'configuration',
  is: 'refused, so nothing else was looked at',
  findings: issues.map(({ key, problem, source }) =>
    error(
      'configuration_refused',
      `${key}${source === null || source === key ? '' : ` (${source})`}: ${problem}`,
      'Correct it; docs/configuration.md has every key.',
    ),
  ),
});

async function examineAll(config: Config, machine: Machine): Promise<readonly ExaminedPart[]> {
  // Why it cannot be read is told of the data folder.
  const secret = await knownCookieSecret(config).catch(() => null);
  const proof = secret && new Proof(secret);
  const local = await findLocalServer(config, proof);
  const checks: Readonly<Record<string, Promise<ExaminedPart | readonly ExaminedPart[] | null>>> = {
    port: Promise.resolve(examinePort(config, local, proof)),
    adapters: examineAdapters(config, local, machine),
    moving: examineMoving(config, machine),
    'data folder': examineDataFolder(config, machine),
    'public URL': examinePublicUrl(config, local, proof, machine),
    machine: examineMachine(config, machine, openFilesOf(local)),
  };
  const parts = Object.entries(checks).map(([part, check]) =>
    within(
      limitMs,
      part,
      check.then((examined) => examined ?? []),
    ),
  );
  return (await Promise.all(parts)).flat();
}

const openFilesOf = (local: LocalServer): number | null =>
  local.is === 'ours' ? local.health.openFiles : null;
