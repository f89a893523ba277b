import { type PortFamily, portVersions } from '@sealpost/domain';
import type { Use } from '../../backends/backends.ts';
import { loadDefinition, optionsIssue } from '../../backends/package-adapter.ts';
import { ConfigError, type ConfigIssue } from '../config-error.ts';
import type { Given } from '../given.ts';

type GivenValues = ReadonlyMap<string, Given>;

/** What is wrong with the adapters from outside that are named. They are loaded, and not opened. */
export async function packageIssues(given: GivenValues): Promise<ConfigIssue[]> {
  const uses: readonly Use[] = [...(Object.keys(portVersions) as PortFamily[]), 'moving'];
  return (await Promise.all(uses.map((use) => issuesOf(use, given)))).flat();
}

async function issuesOf(use: Use, given: GivenValues): Promise<ConfigIssue[]> {
  const name = given.get(`${use}.package`)?.value;
  if (given.get(`${use}.kind`)?.value !== 'package' || typeof name !== 'string') return [];
  try {
    const definition = await loadDefinition({ use, package: name });
    const one = given.get(`${use}.options`);
    const options = (one?.value ?? {}) as Readonly<Record<string, unknown>>;
    const { issues = [] } = await definition.options['~standard'].validate(options);
    return issues.map((issue) => ({
      ...optionsIssue({ use, options }, issue),
      source: one?.source.name ?? null,
    }));
  } catch (error) {
    if (error instanceof ConfigError) return [...error.issues];
    throw error;
  }
}
