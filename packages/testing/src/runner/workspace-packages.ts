import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface WorkspacePackage {
  readonly name: string;
  /** Relative to the workspace's root, with forward slashes: `packages/adapters/postgres`. */
  readonly folder: string;
  /** Everything that the package may import by name. */
  readonly declared: ReadonlySet<string>;
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Every package of the workspace, in the order of their folders. */
export function workspacePackages(root: string): readonly WorkspacePackage[] {
  const manifests = globSync(['packages/*/package.json', 'packages/adapters/*/package.json'], {
    cwd: root,
  });
  return manifests
    .map((path) => describe(path, JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest))
    .toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The package's files that match, relative to its folder; never what is installed or generated. */
export function filesOf(root: string, pkg: WorkspacePackage, pattern: string): readonly string[] {
  const generated = (path: string): boolean =>
    /(^|\/)(node_modules|dist|reports)(\/|$)/.test(path.replaceAll('\\', '/'));
  return globSync(pattern, { cwd: join(root, pkg.folder) })
    .filter((path) => !generated(path))
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
}

function describe(path: string, manifest: Manifest): WorkspacePackage {
  const declared = Object.keys({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  return {
    name: manifest.name,
    folder: dirname(path).replaceAll('\\', '/'),
    declared: new Set(declared),
  };
}
