import type { LoadSpec } from '../load/load-spec.ts';

/** Conversations that a shape needs: members and senders by their place among the clients. */
export interface Cast {
  readonly seats: number;
  readonly rooms: readonly {
    readonly members: readonly number[];
    readonly senders: readonly number[];
  }[];
}

/** Servers under test, running. */
export interface Contender {
  readonly name: string;
  readonly dialect: LoadSpec['dialect'];
  readonly urls: readonly string[];
  /** Roots of the process trees that serve it, by what they are: `server`, `postgres`. */
  readonly charged: LoadSpec['charged'];
  /** Makes what the server needs to take these clients and conversations for valid. */
  prepare(cast: Cast): Promise<Pick<LoadSpec, 'tokens' | 'rooms'>>;
  stop(): Promise<void>;
}
