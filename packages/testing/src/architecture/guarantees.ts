import { type Document, linkedPaths } from './links.ts';

/** A file of the workspace that says of promises that it checks them. */
export interface Proof {
  readonly path: string;
  readonly promises: ReadonlySet<string>;
}

const promises = Array.from({ length: 19 }, (_, index) => `G${index + 1}`);
const notBuilt = '**Not built yet.**';

/** The promises that a test names: `(G1, G4)`. */
export const namedByTest = ({ path, text }: Document): Proof => ({
  path,
  promises: new Set(
    [...text.matchAll(/\((G\d+[^)]*)\)/g)].flatMap(
      ([, names = '']) => names.match(/\bG\d+\b/g) ?? [],
    ),
  ),
});

/** The promises that a checker of the simulator judges by. */
export const judgedBy = ({ path, text }: Document): Proof => ({
  path,
  promises: new Set([...text.matchAll(/\bpromise: '(G\d+)'/g)].map(([, name = '']) => name)),
});

/**
 * Holds the page of promises against the checks that there are: each promise has a section; each section links a check or
 * says that nothing is built; and whatever names a promise is linked by its section, itself or by a folder above it.
 */
export function guaranteeFindings(page: Document, proofs: readonly Proof[]): readonly string[] {
  const sections = sectionsOf(page);
  const known = new Set(promises);
  const missing = promises.filter((name) => !sections.has(name));
  const unproven = [...sections].filter(
    ([, { text, links }]) =>
      !text.includes(notBuilt) && !links.some((link) => link.startsWith('packages/')),
  );
  const unlinked = proofs.flatMap(({ path, promises: named }) =>
    [...named]
      .filter((name) => !isLinked(path, sections.get(name)?.links ?? []))
      .map((name) => ({ path, name })),
  );
  return [
    ...missing.map((name) => `${page.path}: ${name} has no section`),
    ...unproven.map(
      ([name]) => `${page.path}: ${name} links no check, and does not say "${notBuilt}"`,
    ),
    ...unlinked.map(({ path, name }) =>
      known.has(name)
        ? `${page.path}: ${name} does not link ${path}, which names it`
        : `${path}: there is no promise ${name}`,
    ),
  ];
}

const isLinked = (path: string, links: readonly string[]): boolean =>
  links.some((link) => path === link || path.startsWith(`${link}/`));

interface Section {
  readonly text: string;
  readonly links: readonly string[];
}

function sectionsOf({ path, text }: Document): ReadonlyMap<string, Section> {
  return new Map(
    text.split(/^(?=##? )/m).flatMap((section) => {
      const [, name] = /^## (G\d+) /.exec(section) ?? [];
      return name ? [[name, { text: section, links: linkedPaths({ path, text: section }) }]] : [];
    }),
  );
}
