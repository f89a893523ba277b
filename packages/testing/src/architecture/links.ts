import { posix } from 'node:path';

/** A document of the workspace. */
export interface Document {
  /** Relative to the workspace's root. */
  readonly path: string;
  readonly text: string;
}

const withoutBlocks = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '');

/** What a document links to in the workspace, relative to its root. */
export function linkedPaths({ path, text }: Document): readonly string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => posix.join(posix.dirname(path), target).replace(/\/$/, ''));
}

/**
 * Finds what a document names in backticks as a path, from the root or from `packages`. Other words with a slash (an
 * import, a folder of whoever runs a server) begin with none of these.
 */
export const namedPaths =
  (packageFolders: ReadonlySet<string>) =>
  ({ text }: Document): readonly string[] =>
    [...withoutBlocks(text).matchAll(/`([\w.@-]+(?:\/[\w.@*-]+)+)`/g)].flatMap(([, path = '']) => {
      const [first = ''] = path.split('/');
      if (packageFolders.has(first)) return [`packages/${path}`];
      return first === 'packages' || first === 'docs' ? [path] : [];
    });

/** Says which of its paths a document has and the workspace has not. */
export function brokenLinks(
  document: Document,
  finders: readonly ((document: Document) => readonly string[])[],
  exists: (path: string) => boolean,
): readonly string[] {
  const paths = new Set(finders.flatMap((pathsOf) => pathsOf(document)));
  return [...paths]
    .filter((path) => !exists(path))
    .map((path) => `${document.path}: names ${path}, which does not exist`);
}
