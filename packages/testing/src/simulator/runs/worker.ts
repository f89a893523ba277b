import { parentPort } from 'node:worker_threads';
import { canaries } from '../canaries/index.ts';
import { type EngineName, simulate } from '../simulate.ts';

/** One run. */
export interface Job {
  readonly seed: number;
  readonly engine: EngineName;
  /** The deliberate bug to run with, by its name. */
  readonly canary?: string;
}

parentPort?.on('message', (job: Job) => {
  const sabotage = canaries.find(({ name }) => name === job.canary)?.sabotage ?? {};
  void simulate({ seed: job.seed, engine: job.engine, sabotage }).then(
    (result) => parentPort?.postMessage(result),
    (error: unknown) => {
      throw new Error(`seed ${job.seed} with ${job.engine} could not be run`, { cause: error });
    },
  );
});
