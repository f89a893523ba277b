import { type Cruise, cruise } from './cruise.ts';

/** Checks the workspace's imports against the arrows, and that the checker saw every source file. */
export async function checkArrows(root: string): Promise<readonly string[]> {
  const result = await cruise(root);
  console.log(`${result.seen} modules, ${result.rules.length} rules`);
  return arrowFindings(result);
}

/** What is wrong, one line each with the reason of the rule under it. */
export function arrowFindings({ violations, rules, unseen }: Cruise): readonly string[] {
  const comments = new Map(rules.map(({ name, comment }) => [name, comment]));
  return [
    ...violations.map(
      ({ rule, from, to }) => `${rule}: ${from} → ${to}\n  ${comments.get(rule) ?? ''}`,
    ),
    // A checker that looks at nothing reports success.
    ...unseen.map((path) => `dependency-cruiser did not look at ${path}`),
  ];
}
