import type { Result } from '@sealpost/domain';
import type {
  AnswerOf,
  BodyOf,
  CallName,
  Calls,
  ClientAnswer,
  ClientEvents,
  ClientPayload,
  Handshake,
  ParamsOf,
  QueryOf,
  ServerEvents,
  ServerPayload,
  WireRefusal,
} from '@sealpost/protocol';

/** What a call needs; parts that a call does not have are left out. */
export interface CallInput<N extends CallName> {
  readonly params?: ParamsOf<Calls[N]>;
  readonly query?: Partial<QueryOf<Calls[N]>>;
  readonly body?: BodyOf<Calls[N]>;
}

/** No answer, or none that is the protocol's: whether the call took effect is not known. */
export class NoAnswer extends Error {
  constructor(what: string) {
    super(`no answer to ${what}`);
    this.name = 'NoAnswer';
  }
}

export interface ConnectionListener {
  event<E extends keyof ServerEvents>(name: E, payload: ServerPayload<E>): void;
  /** Called once, after which nothing else comes. A refusal: the handshake was turned down. */
  closed(why: { readonly refusal: WireRefusal | null }): void;
}

export interface Connection {
  /** Rejects with `NoAnswer` when the connection ends, or nothing comes back in time. */
  send<E extends keyof ClientEvents>(name: E, payload: ClientPayload<E>): Promise<ClientAnswer<E>>;
  close(): void;
}

/** How the SDK reaches a server. It never repeats a call by itself. */
export interface Transport {
  /** Rejects with `NoAnswer`. */
  call<N extends CallName>(
    name: N,
    input: CallInput<N>,
    accessToken: string | null,
  ): Promise<Result<AnswerOf<Calls[N]>, WireRefusal>>;
  connect(handshake: Handshake, listener: ConnectionListener): Connection;
}
