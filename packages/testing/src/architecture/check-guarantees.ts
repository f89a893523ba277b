import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guaranteeFindings, judgedBy, namedByTest } from './guarantees.ts';
import { brokenLinks, type Document, linkedPaths, namedPaths } from './links.ts';
import { existsOrMatches } from './paths.ts';

const PAGE = 'docs/guarantees.md';
const pages = ['*.md', 'docs/*.md'];
/** They tell of what was and of what will be: only their links must lead somewhere. */
const records = ['docs/adr/*.md', 'packages/*/README.md'];
const tests = 'packages/**/*.{test,contract}.ts';
const checkers = 'packages/testing/src/simulator/judge/**/*.ts';

/** Checks that every promise links what proves it, and that what documents name is there. */
export async function checkGuarantees(root: string): Promise<readonly string[]> {
  const proofs = [
    ...documents(root, tests).map(namedByTest),
    ...documents(root, checkers).map(judgedBy),
  ].filter(({ promises }) => promises.size > 0);
  const exists = (path: string): boolean => existsOrMatches(root, path);
  const read = pages.flatMap((pattern) => documents(root, pattern));
  const others = records.flatMap((pattern) => documents(root, pattern));
  const named = namedPaths(packageFolders(root));
  console.log(
    `${proofs.length} files that name promises, ${read.length + others.length} documents`,
  );
  return [
    ...(proofs.length === 0 ? ['no file names a promise'] : []),
    ...guaranteeFindings({ path: PAGE, text: readFileSync(join(root, PAGE), 'utf8') }, proofs),
    ...read.flatMap((document) => brokenLinks(document, [linkedPaths, named], exists)),
    ...others.flatMap((document) => brokenLinks(document, [linkedPaths], exists)),
  ];
}

const isOurs = (path: string): boolean => !/(^|\/)(node_modules|dist|reports)(\/|$)/.test(path);

const documents = (root: string, pattern: string): Document[] =>
  globSync(pattern, { cwd: root, exclude: (name) => !isOurs(String(name)) })
    .map((path) => path.replaceAll('\\', '/'))
    .filter(isOurs)
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const packageFolders = (root: string): ReadonlySet<string> =>
  new Set(
    globSync('packages/*/', { cwd: root }).map((path) =>
      path.replaceAll('\\', '/').replace(/^packages\/|\/$/g, ''),
    ),
  );
