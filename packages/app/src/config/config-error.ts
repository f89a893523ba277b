/** One thing that is wrong with a configuration. Never holds a secret's value. */
export interface ConfigIssue {
  /** The key, or what was given for one. */
  readonly key: string;
  /** Where it was given; null: nowhere. */
  readonly source: string | null;
  readonly problem: string;
}

const line = ({ key, source, problem }: ConfigIssue): string =>
  `  ${key}${source === null || source === key ? '' : ` (${source})`}: ${problem}`;

/** The configuration was refused; the message tells all that is wrong, for the operator. */
export class ConfigError extends Error {
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    super(['The configuration cannot be used:', ...issues.map(line)].join('\n'));
    this.name = 'ConfigError';
    this.issues = issues;
  }
}
