import fc from 'fast-check';
import { describe } from 'vitest';
import { testsOf, type StoresSubject } from '../contracts/subject.ts';
import { longScripts } from './command.ts';
import { DirectoryModel } from './key-directory/directory-model.ts';
import { claim, drop, restore, wait } from './key-directory/other-commands.ts';
import { RealDirectory } from './key-directory/real-directory.ts';
import { upload } from './key-directory/upload-command.ts';

const scripts = fc.commands(
  [upload, upload, upload, claim, claim, claim, wait, restore, drop],
  longScripts,
);

/** Runs any sequence of calls on the directory against queues of numbers (G11, G12). */
export function keyDirectoryModelSuite(
  subject: StoresSubject,
  { runs }: { readonly runs: number },
): void {
  const it = testsOf(subject);

  describe(`KeyDirectory against its model: ${subject.name}`, () => {
    it('answers every sequence of calls as queues of bundles would', async ({
      stores: { keys },
    }) => {
      const setUp = () => ({ model: new DirectoryModel(), real: new RealDirectory(keys) });
      await fc.assert(
        fc.asyncProperty(scripts, (script) => fc.asyncModelRun(setUp, script)),
        { numRuns: runs },
      );
    });
  });
}
