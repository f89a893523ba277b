import type { DeviceRef } from '../engine/engine.port.ts';
import { LocalStoreError } from '../store/local-store.port.ts';
import { SealpostError } from './sealpost-error.ts';

/** What the SDK tells the application. Events only say that there is something to read: what is missed is still there. */
export interface Events {
  /** New positions of the conversation can be read. */
  entries: { readonly conversation: string; readonly upTo: number };
  /** Members, title, status or suspects changed, or the conversation is new. */
  conversation: { readonly conversation: string };
  /** A send was accepted, or failed and waits for a decision. */
  outbox: {
    readonly conversation: string;
    readonly clientId: string;
    readonly state: 'accepted' | 'failed';
  };
  /** How much of what is missing was read so far. */
  progress: { readonly done: number; readonly of: number };
  /** Everything that the server had for this device is stored. */
  caughtUp: { readonly incarnation: number };
  connection: {
    readonly state: 'connecting' | 'online' | 'offline';
    readonly reason: string | null;
  };
  receipts: {
    readonly conversation: string;
    readonly account: string;
    readonly delivered: number;
    readonly read: number;
  };
  typing: {
    readonly conversation: string;
    readonly account: string;
    readonly device: string;
  };
  /** The account's devices changed: one may wait to be linked. */
  devices: Record<never, never>;
  /** Devices that do not verify came into the keys: sending waits for a person. */
  quarantine: { readonly conversation: string; readonly suspects: readonly DeviceRef[] };
  /**
   * This device is not logged in any more: it was logged out or revoked, was away for too long, or the server's data were
   * restored. Told once; `Sealpost.logBackIn` is the way back, with all that the device has.
   */
  loggedOut: { readonly reason: string };
  /** Something went wrong in the background; it is tried again. */
  trouble: { readonly error: unknown };
}

type Listener<E extends keyof Events> = (event: Events[E]) => void;

/** Typed events. A listener that throws is reported as `trouble` and stops nobody else. */
export class Emitter {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Answers how to stop listening. */
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** For work in the background: what a person or the next connection resolves is no trouble, nor is having been closed. */
  trouble(error: unknown): void {
    const waits =
      error instanceof SealpostError && ['offline', 'state', 'trust'].includes(error.kind);
    const closed = error instanceof LocalStoreError && error.code === 'closed';
    if (!waits && !closed) this.emit('trouble', { error });
  }

  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as Listener<E>)(payload);
      } catch (error) {
        if (event !== 'trouble') this.emit('trouble', { error });
      }
    }
  }
}
