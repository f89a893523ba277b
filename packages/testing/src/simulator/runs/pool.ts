import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RunResult } from '../simulate.ts';
import type { Job } from './worker.ts';

/** Runs jobs on as many threads as there are cores, in any order; `done` is told of each and says whether to go on. */
export async function runJobs(
  jobs: Iterator<Job>,
  done: (job: Job, result: RunResult) => boolean,
): Promise<void> {
  const threads = Math.max(1, Math.min(8, availableParallelism()));
  await Promise.all(Array.from({ length: threads }, () => oneThread(jobs, done)));
}

async function oneThread(
  jobs: Iterator<Job>,
  done: (job: Job, result: RunResult) => boolean,
): Promise<void> {
  const worker = new Worker(new URL('worker.ts', import.meta.url));
  try {
    for (let next = jobs.next(); !next.done; next = jobs.next()) {
      const result = await answer(worker, next.value);
      if (!done(next.value, result)) return;
    }
  } finally {
    await worker.terminate();
  }
}

async function answer(worker: Worker, job: Job): Promise<RunResult> {
  const over = new AbortController();
  const { signal } = over;
  worker.postMessage(job);
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([result]) => result as RunResult),
      once(worker, 'exit', { signal }).then(() => {
        throw new Error('a simulating thread ended');
      }),
    ]);
  } finally {
    over.abort();
  }
}
