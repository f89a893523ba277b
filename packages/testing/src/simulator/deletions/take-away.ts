/** Loaded before all else in a thread that runs the domain without some of its lines. */
import { registerHooks } from 'node:module';
import { workerData } from 'node:worker_threads';

/** A file, and what stands in it in this thread. */
export interface Instead {
  readonly url: string;
  readonly text: string;
}

const { url: taken, text } = workerData as Instead;

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    return url === taken ? { ...loaded, source: text } : loaded;
  },
});
