import { parseArgs } from 'node:util';
import { relative } from 'node:path';
import { UsageError } from '../command.ts';
import { familyNamed, familyNames } from '../create-adapter/families.ts';
import { FolderExistsError, writePackage } from '../create-adapter/write-package.ts';
import { exitCodes } from '../exit-codes.ts';

const wellFormed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Writes the package of a new adapter into the working folder. */
export async function createAdapter(args: string[]): Promise<number> {
  const [port = '', name = '', ...more] = parseArgs({ args, allowPositionals: true }).positionals;
  const family = familyNamed(port);
  if (family === null || more.length > 0)
    throw new UsageError(`PORT is one of ${Object.values(familyNames).join(', ')}.`);
  if (!wellFormed.test(name))
    throw new UsageError('NAME is lower-case letters, digits and hyphens, as in tcp-hub.');
  const folder = written(() => writePackage({ family, name, within: process.cwd() }));
  process.stdout.write(
    `${relative(process.cwd(), folder)} has a package that compiles, and whose contract fails: all is still to be written.\n\n` +
      `  cd ${name} && npm install && npm test\n\nIts README.md says how to go on.\n`,
  );
  return exitCodes.done;
}

function written(write: () => string): string {
  try {
    return write();
  } catch (error) {
    throw error instanceof FolderExistsError ? new UsageError(error.message) : error;
  }
}
