import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threads } from './pool.ts';
import { compiling } from '../deletions/compiling.ts';
import { type Deletion, deletionsIn } from '../deletions/deletion.ts';
import { type Seen, tryWithout } from '../deletions/try-without.ts';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));
const source = join(root, 'packages/domain/src');

/** What no simulated deployment runs: moving histories, examining an index, and what only names things. */
const notSimulated =
  /^(?:moving|adapter|limits)\/|^log\/(?:verify-|index-findings)|\.port\.ts$|\.test\.ts$|^index\.ts$/;

export interface Choice {
  /** In files whose path from the domain's source on holds this text. */
  readonly of: string;
  /** Only one of so many. */
  readonly every: number;
  /** After so many runs in which nobody missed it a line counts as not missed. */
  readonly seeds: number;
}

/** Takes each line out of the use cases and their rules in turn, and simulates without it until somebody misses it. */
export async function surveyDeletions({ of, every, seeds }: Choice): Promise<void> {
  const all = await compiling(root, source, deletionsOf(of));
  const chosen = all.filter((_, at) => at % every === 0);
  const left = chosen.values();
  let caught = 0;
  const take = async (): Promise<void> => {
    for (const deletion of left) {
      const seen = await tryWithout(source, deletion, seeds);
      if (seen) caught += 1;
      console.log(outcome(deletion, seen));
    }
  };
  await Promise.all(Array.from({ length: threads }, take));
  console.log(`deletions: caught=${caught} of=${chosen.length}`);
}

function deletionsOf(of: string): readonly Deletion[] {
  const files = globSync('**/*.ts', { cwd: source }).filter((file) => !notSimulated.test(file));
  return files
    .filter((file) => file.includes(of))
    .toSorted()
    .flatMap((file) => deletionsIn(file, readFileSync(join(source, file), 'utf8')));
}

function outcome({ file, from, text }: Deletion, seen: Seen | null): string {
  const [first = '', ...more] = text.split('\n');
  const what = `${file}:${from} ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`;
  return seen ? `${seen.by} after ${seen.seeds}: ${what}` : `NOT MISSED: ${what}`;
}
