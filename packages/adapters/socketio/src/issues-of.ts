/** What of a schema's findings is looked at; never the value that was refused. */
interface Finding {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
}

export interface Issue {
  path: string;
  problem: string;
}

const mostIssues = 10;

/** Messages of the schema library name keys and values that were sent; these do not. Our own (`custom`) hold none. */
function problemOf({ code, expected, minimum, maximum, message }: Finding): string {
  switch (code) {
    case 'invalid_type':
      return `must be of type ${expected ?? 'another'}`;
    case 'too_small':
      return `must be at least ${String(minimum)}`;
    case 'too_big':
      return `must be at most ${String(maximum)}`;
    case 'invalid_format':
      return 'is not in the required format';
    case 'unrecognized_keys':
      return 'has an unknown field';
    case 'custom':
      return message;
    default:
      return 'is none of what is allowed';
  }
}

/** Names each place that is wrong, without what stood there. */
export const issuesOf = (findings: readonly Finding[]): Issue[] =>
  findings
    .slice(0, mostIssues)
    .map((finding) => ({ path: finding.path.map(String).join('.'), problem: problemOf(finding) }));
