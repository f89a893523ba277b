import type { z } from 'zod';
import { allowedFields } from './allowed-fields.ts';

export interface Issue {
  path: string;
  problem: string;
}

type Finding = z.core.$ZodIssue;

const mostIssues = 20;

const counted: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' elements',
  set: ' elements',
};

const bound = (word: string, limit: number | bigint, origin: string): string =>
  `must ${counted[origin] ? 'have' : 'be'} at ${word} ${limit.toString()}${counted[origin] ?? ''}`;

const types: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  array: 'an array',
  object: 'an object',
  undefined: 'left out',
  Uint8Array: 'bytes',
};

/** What is allowed, in words that hold nothing of what was sent: neither values nor the names of unknown fields. */
function problemOf(finding: Finding, schema: z.core.$ZodType, at: readonly PropertyKey[]): string {
  switch (finding.code) {
    case 'invalid_type':
      return `must be ${types[finding.expected] ?? finding.expected}`;
    case 'too_small':
      return bound('least', finding.minimum, finding.origin);
    case 'too_big':
      return bound('most', finding.maximum, finding.origin);
    case 'invalid_format':
      return `must match ${finding.pattern ?? finding.format}`;
    case 'invalid_value':
      return `must be ${finding.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'unrecognized_keys':
      return `must have no fields but ${allowedFields(schema, at).join(', ') || 'none'}`;
    case 'invalid_union': {
      const [first, ...others] = finding.errors
        .flatMap((found) => found.slice(0, 1))
        .map((one) => problemOf(one, schema, [...at, ...one.path]));
      return [
        first ?? 'is none of what is allowed',
        ...others.map((problem) => problem.replace(/^must be /, '')),
      ].join(' or ');
    }
    case 'custom':
      return finding.message;
    default:
      return 'is none of what is allowed';
  }
}

/** Names each place that is wrong and what is allowed there; `where`: the part of a request, null: the payload of an event. */
export const issuesOf = (
  findings: readonly Finding[],
  schema: z.core.$ZodType,
  where: 'params' | 'query' | 'body' | null,
): Issue[] =>
  findings.slice(0, mostIssues).map((finding) => ({
    path: [...(where === null ? [] : [where]), ...finding.path].map(String).join('.'),
    problem: problemOf(finding, schema, finding.path),
  }));
