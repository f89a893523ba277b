import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../runner/run-command.ts';
import { type Deletion, withoutLines } from './deletion.ts';

const LIMIT_MS = 5 * 60_000;

/** What the compiler refuses cannot be shipped: the deletions that it lets through. */
export async function compiling(
  root: string,
  source: string,
  deletions: readonly Deletion[],
): Promise<readonly Deletion[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-deletions-'));
  try {
    layOut(folder, root, source, deletions);
    const args = ['--project', folder, '--pretty', 'false'];
    const { output } = await runCommand({
      ...{ program: 'tsc', args, root, limitMs: LIMIT_MS, collect: 'silently' },
    });
    const complaints = output.matchAll(/\.without-(\d+)\.ts\(/g);
    const refused = new Set(Array.from(complaints, ([, number]) => Number(number)));
    return deletions.filter((_, number) => !refused.has(number));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each file beside itself once for every deletion, so that one compilation answers for all. */
function layOut(
  folder: string,
  root: string,
  source: string,
  deletions: readonly Deletion[],
): void {
  const isProduct = (path: string): boolean => !path.endsWith('.test.ts');
  cpSync(source, join(folder, 'src'), { recursive: true, filter: isProduct });
  for (const [number, { file, from, to }] of deletions.entries()) {
    const rest = withoutLines(readFileSync(join(source, file), 'utf8'), from, to);
    writeFileSync(join(folder, 'src', file.replace(/ts$/, `without-${number}.ts`)), rest);
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const compilerOptions = { composite: false, declaration: false, noEmit: true };
  const settings = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['src'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
}
