import type { Connection, ConnectionListener, Transport } from '@sealpost/client';
import type { Canaries } from '../canaries.ts';

type Call = Transport['call'];
export type CallName = Parameters<Call>[0];
export type EventName = Parameters<Connection['send']>[0];

interface Tokens {
  readonly accessToken?: unknown;
  readonly refreshToken?: unknown;
  readonly next?: unknown;
}

/** Makes canaries of the tokens that go by, and notes which calls and events are used. */
export class RecordingTransport implements Transport {
  /** The last one that was given. */
  accessToken: string | null = null;
  connection: Connection | null = null;
  readonly #inner: Transport;
  readonly #canaries: Canaries;
  readonly #used: Set<string>;

  constructor(inner: Transport, canaries: Canaries, used: Set<string>) {
    this.#inner = inner;
    this.#canaries = canaries;
    this.#used = used;
  }

  call: Call = async (name, input, token) => {
    this.#used.add(name);
    this.#note((input.body ?? {}) as Tokens);
    const result = await this.#inner.call(name, input, token);
    if (result.ok) this.#note(result.value as Tokens);
    return result;
  };

  connect(
    handshake: Parameters<Transport['connect']>[0],
    listener: ConnectionListener,
  ): Connection {
    const inner = this.#inner.connect(handshake, listener);
    const connection: Connection = {
      close: () => inner.close(),
      send: (name, payload) => {
        this.#used.add(name);
        return inner.send(name, payload);
      },
    };
    this.connection = connection;
    return connection;
  }

  #note({ accessToken, refreshToken, next }: Tokens): void {
    if (typeof accessToken === 'string') {
      this.accessToken = accessToken;
      // What makes it more than the ids in it.
      const signature = accessToken.slice(accessToken.lastIndexOf('.') + 1);
      this.#canaries.secret('access token', signature);
    }
    for (const token of [refreshToken, next])
      if (typeof token === 'string') this.#canaries.secret('refresh token', token);
  }
}
