import { randomUUID } from 'node:crypto';

export interface Place {
  /** The adapter's options for it. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Leaves nothing behind. */
  remove(): Promise<void>;
}

/** An empty place of its own for one test: a schema, a prefix of keys, a folder. */
export async function aPlace(): Promise<Place> {
  return { options: { url: `new-adapter://${randomUUID()}` }, remove: async () => {} };
}
