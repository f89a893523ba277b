import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { StoresSubject } from '../contracts/subject.ts';
import { longScripts } from './command.ts';
import { DirectoryModel } from './key-directory/directory-model.ts';
import { claim, drop, restore, wait } from './key-directory/other-commands.ts';
import { RealDirectory } from './key-directory/real-directory.ts';
import { upload } from './key-directory/upload-command.ts';
import { limitMs, runScripts } from './run-scripts.ts';

const often = [upload, upload, upload, claim, claim, claim];
const scripts = fc.commands([...often, wait, restore, drop], longScripts);

/** Runs any sequence of calls on the directory against queues of bundles (G11, G12). */
export function keyDirectoryModelSuite(
  subject: StoresSubject,
  { runs }: { readonly runs: number },
): void {
  describe(`KeyDirectory against its model: ${subject.name}`, () => {
    it(
      'answers every sequence of calls as queues of bundles would',
      () =>
        runScripts(subject, scripts, runs, ({ keys }) => ({
          model: new DirectoryModel(),
          real: new RealDirectory(keys),
        })),
      limitMs,
    );
  });
}
