import { Worker } from 'node:worker_threads';
import { AdapterFailure } from '@sealpost/domain';
import type { BcryptAnswer, BcryptQuestion } from './bcrypt-worker.ts';

/** The worker is a file of its own: the source where sources run, the compiled one beside the compiled code. */
const workerFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('./bcrypt-worker.ts', import.meta.url)
    : new URL('./bcrypt-worker.js', import.meta.url);

interface Asker {
  readonly answer: (matches: boolean) => void;
  readonly fail: (error: AdapterFailure) => void;
}

const failure = (detail: string): AdapterFailure =>
  new AdapterFailure({ adapter: 'password', operation: 'verify', retryable: true, detail });

/** Verifies bcrypt hashes one after the other on a thread of their own, started when the first one comes. */
export class BcryptThread {
  readonly #askers = new Map<number, Asker>();
  #worker: Worker | null = null;
  #asked = 0;
  #stopped = false;

  async verify(password: string, hash: string): Promise<boolean> {
    if (this.#stopped) throw failure('stopped');
    const worker = (this.#worker ??= this.#started());
    this.#asked += 1;
    const question: BcryptQuestion = { id: this.#asked, password, hash };
    return new Promise((answer, fail) => {
      this.#askers.set(question.id, { answer, fail });
      worker.ref();
      worker.postMessage(question);
    });
  }

  /** Ends the thread for good; whoever waits for it fails. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    this.#forget('stopped');
    await worker?.terminate();
  }

  #started(): Worker {
    // The worker needs nothing of the process's flags and environment.
    const worker = new Worker(workerFile(), { execArgv: [], env: {} });
    worker.on('message', ({ id, matches }: BcryptAnswer) => {
      this.#askers.get(id)?.answer(matches);
      this.#askers.delete(id);
      // A thread that only waits keeps no process alive.
      if (this.#askers.size === 0) worker.unref();
    });
    const lost = (detail: string): void => {
      if (this.#worker === worker) this.#forget(detail);
    };
    worker.on('error', (error) => lost(error instanceof Error ? error.name : 'thread_error'));
    worker.on('exit', () => lost('thread_ended'));
    return worker;
  }

  #forget(detail: string): void {
    this.#worker = null;
    for (const waiting of this.#askers.values()) waiting.fail(failure(detail));
    this.#askers.clear();
  }
}
