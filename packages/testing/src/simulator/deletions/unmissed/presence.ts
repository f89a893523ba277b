import type { Unmissed } from './unmissed.ts';

export const presenceUnmissed: Readonly<Record<string, Unmissed>> = {
  'presence/hold-connections.ts': {
    counts: ['this.#ports.failed(fault);'],
    saves: [
      'if (this.#resting) return;',
      'this.#resting = true;',
      'await this.#ports.pause?.();',
      'this.#cancelRetry(); (2)',
      'this.#renewing = false;',
      'else this.#ended.set(device, { device, serial });',
      'if (replacedIn.length > 0)',
      'for (const [device] of values) waiting.delete(device);',
    ],
    stops: [
      'async stop(): Promise<void> { and 5 more',
      'this.#stopped = true;',
      'this.#cancelRenewal();',
      'this.#cancelRetry();',
      'await this.#running;',
      'async flush(): Promise<void> { and 2 more',
      'for (let told = true; told && (this.#running || this.#isDue());) told = await this.#run();',
    ],
    sooner: [
      'this.#tellSoon();',
      'this.#tellSoon(); (2)',
      'if (processes.includes(this.#ports.process)) this.#renew();',
      'if (replacedIn.length > 0) and 1 more',
      'if (!this.#stopped) this.#cancelRetry = this.#ports.timers.after(retryMs, () => this.#renew());',
    ],
    race: [
      'this.#held.delete(device);',
      'this.#opened.delete(device);',
      'this.#tellAllBut(new Set());',
      'for (const name of ended) if (!this.#ended.has(name.device)) this.#ended.set(name.device, name);',
    ],
  },
};
