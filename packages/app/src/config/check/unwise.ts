import type { Finding } from '@sealpost/domain';
import { type Environment, toolVariablesIn } from '../environment.ts';
import type { ConfigSources, LoadedConfig } from '../load-config.ts';
import { unwiseAddress } from './unwise-address.ts';
import { unwiseFiles } from './unwise-files.ts';
import { unwiseProcesses } from './unwise-processes.ts';
import { unwiseSecrets } from './unwise-secrets.ts';
import { warning } from './warning.ts';
import { withoutEffect } from './without-effect.ts';

/** What a configuration allows and no server should have that others rely on. */
export async function unwise(loaded: LoadedConfig, sources: ConfigSources): Promise<Finding[]> {
  return [
    ...unwiseAddress(loaded.config),
    ...unwiseProcesses(loaded.config),
    ...unwiseSecrets(loaded),
    ...withoutEffect(loaded),
    ...unwiseLog(loaded),
    ...(sources.env ? forTools(sources.env) : []),
    ...(await unwiseFiles(loaded, sources)),
  ];
}

function unwiseLog({ config: { log } }: LoadedConfig): Finding[] {
  if (log.level === 'debug')
    return [
      warning(
        'log_verbose',
        'log.level is debug: there are records for every request, which fill disks.',
        'Set log.level to info.',
      ),
    ];
  if (log.level === 'silent')
    return [
      warning(
        'log_silent',
        'log.level is silent: nobody learns of what fails.',
        'Set log.level to info.',
      ),
    ];
  return [];
}

const forTools = (environment: Environment): Finding[] =>
  toolVariablesIn(environment).map((name) =>
    warning(
      'variable_without_effect',
      `${name} is set, but it is for tests and configures no server.`,
      'Take it out of the environment, or set the key that was meant (sealpost config --describe).',
    ),
  );
