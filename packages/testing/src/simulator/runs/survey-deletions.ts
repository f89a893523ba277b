import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threads } from './pool.ts';
import { compiling } from '../deletions/compiling.ts';
import { type Deletion, deletionsIn } from '../deletions/deletion.ts';
import { type Seen, tryWithout } from '../deletions/try-without.ts';
import { whyUnmissed } from '../deletions/unmissed/index.ts';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));
const source = join(root, 'packages/domain/src');

/** What no simulated deployment runs: what operators do, alarms, moving histories, examining an index, and what only names things. */
const notSimulated = new RegExp(
  [
    '^(?:moving|adapter|limits)/',
    '^account/(?:import-accounts|forget-sessions)',
    '^delivery/delivery-loops',
    '^log/(?:verify-|index-findings|index-over-log|same-entry|tenure)',
    '\\.(?:port|test)\\.ts$|^index\\.ts$',
  ].join('|'),
);

export interface Choice {
  /** In files whose path from the domain's source on holds this text. */
  readonly of: string;
  /** Only one of so many. */
  readonly every: number;
  /** After so many runs in which nobody missed it a line counts as not missed. */
  readonly seeds: number;
}

/**
 * Takes each line out of the use cases and their rules in turn, and simulates without it until somebody misses it. Answers
 * whether all were missed but those of which it is known why they are not.
 */
export async function surveyDeletions({ of, every, seeds }: Choice): Promise<boolean> {
  const all = await compiling(root, source, deletionsOf(of));
  const chosen = all.filter((_, at) => at % every === 0);
  const left = chosen.values();
  const count = { caught: 0, known: 0, missing: 0 };
  const take = async (): Promise<void> => {
    for (const deletion of left) {
      const why = whyUnmissed(deletion.file, deletion.name);
      const seen = await tryWithout(source, deletion, why === null ? seeds : shorter(seeds));
      count[seen ? 'caught' : why === null ? 'missing' : 'known'] += 1;
      console.log(outcome(deletion, seen, why));
    }
  };
  await Promise.all(Array.from({ length: threads }, take));
  const { caught, known, missing } = count;
  console.log(`deletions: caught=${caught} known=${known} missing=${missing} of=${chosen.length}`);
  return missing === 0;
}

/** For those that nobody has to miss. */
const shorter = (seeds: number): number => Math.ceil(seeds / 6);

function deletionsOf(of: string): readonly Deletion[] {
  const files = globSync('**/*.ts', { cwd: source }).filter((file) => !notSimulated.test(file));
  return files
    .filter((file) => file.includes(of))
    .toSorted()
    .flatMap((file) => deletionsIn(file, readFileSync(join(source, file), 'utf8')));
}

function outcome({ file, from, name }: Deletion, seen: Seen | null, why: string | null): string {
  const where = `${file}:${from} ${name}`;
  if (!seen) return why === null ? `NOT MISSED: ${where}` : `not missed: ${where} (${why})`;
  return `${seen.by} after ${seen.seeds}: ${where}`;
}
