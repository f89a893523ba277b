import type { Unmissed } from './unmissed.ts';

export const presenceUnmissed: Readonly<Record<string, Unmissed>> = {
  'presence/hold-connections.ts': {
    stops: [
      'async stop(): Promise<void> { and 5 more',
      'this.#stopped = true;',
      'this.#cancelRenewal();',
      'this.#cancelRetry();',
      'await this.#running;',
    ],
    sooner: ['this.#tellSoon();'],
    race: ['this.#held.delete(device);', 'this.#opened.delete(device);'],
  },
};
