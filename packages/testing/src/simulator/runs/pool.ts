import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { RunResult } from '../simulate.ts';
import type { Job } from './worker.ts';

type Done = (job: Job, result: RunResult) => boolean;

/** As many as there are cores. */
export const threads = Math.max(1, Math.min(8, availableParallelism()));

/** Runs jobs on all threads, in any order; `done` is told of each and says whether to go on. */
export async function runJobs(jobs: Iterator<Job>, done: Done): Promise<void> {
  await Promise.all(Array.from({ length: threads }, () => runThread(jobs, done)));
}

/** Longest time of one run. */
const mostMs = 5 * 60_000;

/** Runs jobs on one thread. Rejects when it ends by itself, or does not answer in time. */
export async function runThread(
  jobs: Iterator<Job>,
  done: Done,
  { limitMs = mostMs, ...options }: WorkerOptions & { readonly limitMs?: number } = {},
): Promise<void> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), options);
  try {
    for (let next = jobs.next(); !next.done; next = jobs.next()) {
      const result = await answer(worker, next.value, limitMs);
      if (!done(next.value, result)) return;
    }
  } finally {
    await worker.terminate();
  }
}

async function answer(worker: Worker, job: Job, limitMs: number): Promise<RunResult> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(limitMs)]);
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
