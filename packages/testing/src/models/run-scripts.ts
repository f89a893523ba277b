import fc from 'fast-check';
import type { Stores } from '@sealpost/domain';
import type { StoresSubject } from '../contracts/subject.ts';

type Script<Model extends object, Real> = fc.Arbitrary<Iterable<fc.AsyncCommand<Model, Real>>>;

/** How long all runs of a script together may take. */
export const limitMs = 300_000;

/** Runs as many scripts, each on an instance of its own. */
export const runScripts = <Model extends object, Real>(
  subject: StoresSubject,
  scripts: Script<Model, Real>,
  runs: number,
  begin: (stores: Stores) => { readonly model: Model; readonly real: Real },
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const opened = await subject.open();
      try {
        await fc.asyncModelRun(() => begin(opened.stores), script);
      } finally {
        await opened.dispose();
      }
    }),
    { numRuns: runs },
  );
