import type { Finding } from '@sealpost/domain';
import type { ConfigIssue } from '../config-error.ts';
import { type ConfigSources, examineConfig, type LoadedConfig } from '../load-config.ts';
import { packageIssues } from './package-issues.ts';
import { unwise } from './unwise.ts';

export interface CheckedConfig {
  /** Null when it cannot be used; adapters from outside are not judged by it. */
  readonly loaded: LoadedConfig | null;
  /** Why it cannot be used: everything at once. */
  readonly issues: readonly ConfigIssue[];
  /** What is allowed, and unwise for a server that others rely on. */
  readonly unwise: readonly Finding[];
}

/** Reads a configuration as a server would, the schemas of adapters from outside included, and opens nothing. */
export async function checkConfig(sources: ConfigSources): Promise<CheckedConfig> {
  const { loaded, issues, given } = examineConfig(sources);
  const ofPackages = await packageIssues(given);
  return {
    loaded,
    issues: [...issues, ...ofPackages],
    unwise: loaded ? await unwise(loaded, sources) : [],
  };
}
