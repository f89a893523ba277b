import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PortFamily } from '@sealpost/domain';
import { familyNames } from './families.ts';
import { manifestFor } from './manifest.ts';

/** Something of the name is there already; nothing was written. */
export class FolderExistsError extends Error {
  constructor(folder: string) {
    super(`${folder} is there already, and is left as it is. Choose another name, or remove it.`);
    this.name = 'FolderExistsError';
  }
}

export interface NewAdapter {
  readonly family: PortFamily;
  /** Lower-case letters, digits and hyphens: of the package, its folder, and what is in it. */
  readonly name: string;
  /** Where its folder is made. */
  readonly within: string;
}

const packageRoot = fileURLToPath(new URL('../..', import.meta.url));
const checkoutRoot = resolve(packageRoot, '../..');

/**
 * Writes the package of a new adapter: it compiles, and its contract fails. Answers its folder.
 *
 * @throws FolderExistsError
 */
export function writePackage({ family, name, within }: NewAdapter): string {
  const folder = resolve(within, name);
  makeFolder(folder);
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const isCheckout = existsSync(join(packageRoot, 'src/main.ts'));
  const manifest = manifestFor({
    name,
    folder,
    version,
    checkout: isCheckout ? checkoutRoot : null,
  });
  writeFileSync(join(folder, 'package.json'), manifest);
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\ndist/\n');
  for (const templates of ['common', familyNames[family]])
    copyTemplates(join(packageRoot, 'templates', templates), folder, { family, name });
  return folder;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST'
      ? new FolderExistsError(folder)
      : error;
  }
}

function copyTemplates(from: string, to: string, names: Pick<NewAdapter, 'family' | 'name'>): void {
  for (const entry of globSync('**/*.*', { cwd: from })) {
    const path = join(to, targetOf(entry, names));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, named(readFileSync(join(from, entry), 'utf8'), names));
  }
}

/** A template's tests are no tests of this package, so they are called otherwise. */
const targetOf = (entry: string, names: Pick<NewAdapter, 'family' | 'name'>): string =>
  named(entry, names).replace(/[.]contract[.]ts$/, '.test.ts');

function named(text: string, { family, name }: Pick<NewAdapter, 'family' | 'name'>): string {
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return text
    .replaceAll('new-adapter', name)
    .replaceAll('newAdapter', camel)
    .replaceAll('NewAdapter', camel.charAt(0).toUpperCase() + camel.slice(1))
    .replaceAll('portFamily', family);
}
