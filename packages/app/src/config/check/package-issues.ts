import { type PortFamily, portVersions } from '@sealpost/domain';
import { loadDefinition, optionsIssue } from '../../backends/package-adapter.ts';
import { ConfigError, type ConfigIssue } from '../config-error.ts';
import type { Given } from '../given.ts';

type GivenValues = ReadonlyMap<string, Given>;

/** What is wrong with the adapters from outside that are named. They are loaded, and not opened. */
export async function packageIssues(given: GivenValues): Promise<ConfigIssue[]> {
  const families = Object.keys(portVersions) as PortFamily[];
  return (await Promise.all(families.map((family) => issuesOf(family, given)))).flat();
}

async function issuesOf(family: PortFamily, given: GivenValues): Promise<ConfigIssue[]> {
  const name = given.get(`${family}.package`)?.value;
  if (given.get(`${family}.kind`)?.value !== 'package' || typeof name !== 'string') return [];
  try {
    const definition = await loadDefinition({ family, package: name });
    const one = given.get(`${family}.options`);
    const options = (one?.value ?? {}) as Readonly<Record<string, unknown>>;
    const { issues = [] } = await definition.options['~standard'].validate(options);
    return issues.map((issue) => ({
      ...optionsIssue({ family, package: name, options }, issue),
      source: one?.source.name ?? null,
    }));
  } catch (error) {
    if (error instanceof ConfigError) return [...error.issues];
    throw error;
  }
}
