import fc from 'fast-check';
import { describe } from 'vitest';
import { testsOf, type StoresSubject } from '../contracts/subject.ts';
import { longScripts } from './command.ts';
import { append } from './log/append-command.ts';
import { LogModel } from './log/log-model.ts';
import { find, heads, load, readAfter, readOn } from './log/reading-commands.ts';
import { RealLog } from './log/real-log.ts';
import { restore, saveSnapshot } from './log/writing-commands.ts';

const scripts = fc.commands(
  [append, append, append, readOn, readOn, readAfter, load, heads, find, saveSnapshot, restore],
  longScripts,
);

/** Runs any sequence of calls on the log against a list of entries (G2–G5, G7, G9). */
export function logModelSuite(subject: StoresSubject, { runs }: { readonly runs: number }): void {
  const it = testsOf(subject);

  describe(`ConversationLog against its model: ${subject.name}`, () => {
    it('answers every sequence of calls as a list of entries would', async ({
      stores: { log },
    }) => {
      let incarnation = 1;
      const nextIncarnation = (): number => (incarnation += 1);
      const setUp = () => ({ model: new LogModel(), real: new RealLog(log, nextIncarnation) });
      await fc.assert(
        fc.asyncProperty(scripts, (script) => fc.asyncModelRun(setUp, script)),
        { numRuns: runs },
      );
    });
  });
}
