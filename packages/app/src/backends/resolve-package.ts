import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';

export interface ResolvedPackage {
  /** Path of the file that it exports. */
  readonly entry: string;
  /** Where its `package.json` is. */
  readonly folder: string;
  readonly version: string | null;
}

/**
 * Finds a package by its name or path from the working folder, where an operator installs it, and not from the server's
 * own files. Throws what Node throws where there is none.
 */
export function resolvePackage(name: string): ResolvedPackage {
  const entry = entryOf(name, process.cwd());
  const folder = folderOf(dirname(entry));
  return { entry, folder, version: manifestIn(folder).version ?? null };
}

function entryOf(name: string, from: string): string {
  const isPath = name.startsWith('.') || isAbsolute(name);
  const path = resolve(from, name);
  if (!isPath || !existsSync(path) || !statSync(path).isDirectory())
    return resolveAsImport(name, from);
  // A folder that is named by its path says in its exports what it is, as a package does to others.
  const { name: itself, exports } = manifestIn(path);
  return itself !== undefined && exports !== undefined
    ? resolveAsImport(itself, path)
    : resolveAsImport(path, from);
}

/** By Node's own rules; a package may have exports for `import` only. */
function resolveAsImport(name: string, from: string): string {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, {
        ...context,
        conditions: ['import', ...context.conditions.filter((one) => one !== 'require')],
      }),
  });
  try {
    return createRequire(join(from, 'package.json')).resolve(name);
  } finally {
    hooks.deregister();
  }
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly exports?: unknown;
}

const manifestIn = (folder: string): Manifest => {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : {};
};

/** Folders within a package may have a nameless `package.json` of their own. */
const folderOf = (folder: string): string =>
  manifestIn(folder).name !== undefined || dirname(folder) === folder
    ? folder
    : folderOf(dirname(folder));
