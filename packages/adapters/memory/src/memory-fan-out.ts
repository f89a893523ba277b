import type { EntriesHint, FanOut, Notice } from '@sealpost/domain';

type Listener = Parameters<FanOut['subscribe']>[0];

/** The fan-out of a deployment that is one process: nothing is ever lost, so `onBreak` is never called. */
export class MemoryFanOut implements FanOut {
  readonly #listeners = new Set<Listener>();

  publish(hint: EntriesHint): void {
    this.#tell((listener) => listener.hint(hint));
  }

  announce(notice: Notice): void {
    this.#tell((listener) => listener.notice(notice));
  }

  async subscribe(listener: Listener): Promise<() => Promise<void>> {
    // An object of its own, so that one listener may subscribe twice.
    const subscribed: Listener = {
      hint: (hint) => listener.hint(hint),
      notice: (notice) => listener.notice(notice),
      onBreak: () => listener.onBreak(),
    };
    this.#listeners.add(subscribed);
    return async () => {
      this.#listeners.delete(subscribed);
    };
  }

  /** After the caller's own step, as over a network: a publisher never runs a listener's code. */
  #tell(say: (listener: Listener) => void): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) say(listener);
      });
    }
  }
}
