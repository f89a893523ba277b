import { ok, refuse, type Result } from '@sealpost/domain';
import type { z } from 'zod';
import type { Call, WireRefusal } from '../../index.ts';
import { issuesOf } from '../issues-of.ts';

/** The three places of a request that hold values, as sent or as checked. */
export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const places = ['params', 'query', 'body'] as const;

/** What was sent, in the form of the call's schemas, or everything that is wrong with it. */
export function checkedInput(call: Call, sent: Input): Result<Input, WireRefusal> {
  const found = places.map((place) => {
    const schema: z.ZodType = call[place];
    return { place, schema, outcome: schema.safeParse(sent[place]) };
  });
  const issues = found.flatMap(({ place, schema, outcome }) =>
    outcome.success ? [] : issuesOf(outcome.error.issues, schema, place),
  );
  if (issues.length > 0) return refuse({ code: 'invalid_request', issues });
  const [params, query, body] = found.map(({ outcome }) => outcome.data);
  return ok({ params, query, body });
}
