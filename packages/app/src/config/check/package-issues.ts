import { type OptionsIssue, type PortFamily, portVersions } from '@sealpost/domain';
import { loadDefinition } from '../../backends/package-adapter.ts';
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
    const options = given.get(`${family}.options`);
    const { issues = [] } = await definition.options['~standard'].validate(options?.value ?? {});
    return issues.map((issue) => ({
      key: [family, 'options', ...pathOf(issue)].join('.'),
      source: options?.source.name ?? null,
      problem: `${issue.message}.`,
    }));
  } catch (error) {
    if (error instanceof ConfigError) return [...error.issues];
    throw error;
  }
}

const pathOf = ({ path = [] }: OptionsIssue): string[] =>
  path.map((step) => String(typeof step === 'object' ? step.key : step));
