import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { existsOrMatches } from './paths.ts';

const FOLDER = 'docs/adr';
const headings = ['Status', 'Context', 'Decision', 'Consequences', 'Enforced by'];

/** Checks that each decision record is whole, is in the index, and names enforcers that exist. */
export async function checkDecisions(root: string): Promise<readonly string[]> {
  const files = globSync(`${FOLDER}/[0-9]*.md`, { cwd: root }).toSorted();
  const index = readFileSync(join(root, FOLDER, 'README.md'), 'utf8');
  console.log(`${files.length} decision records`);
  const findings = files.flatMap((path) =>
    recordFindings(root, path, readFileSync(join(root, path), 'utf8'), index),
  );
  return files.length === 0 ? ['no decision record was found'] : findings;
}

function recordFindings(root: string, path: string, text: string, index: string): string[] {
  const sections = new Map(
    text.split(/^## /m).map((section) => {
      const [heading = '', ...body] = section.split('\n');
      return [heading.trim(), body.join('\n').trim()];
    }),
  );
  const missing = headings.filter((heading) => (sections.get(heading) ?? '') === '');
  const paths = [...(sections.get('Enforced by') ?? '').matchAll(/`([\w.@-]+(?:\/[\w.@*-]+)+)`/g)];
  const name = path.slice(FOLDER.length + 1);
  return [
    ...missing.map((heading) => `${path}: the section "${heading}" is missing or empty`),
    ...paths
      .map(([, enforcer = '']) => enforcer)
      .filter((enforcer) => !existsOrMatches(root, enforcer))
      .map((enforcer) => `${path}: is enforced by ${enforcer}, which does not exist`),
    ...(index.includes(`(${name})`) ? [] : [`${path}: is not in ${FOLDER}/README.md`]),
  ];
}
