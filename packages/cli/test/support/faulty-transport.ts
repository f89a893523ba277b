import type { Result } from '@sealpost/domain';
import {
  type CallInput,
  type Connection,
  type ConnectionListener,
  NoAnswer,
  type Transport,
} from '@sealpost/client';

type Call = Transport['call'];
type Name = Parameters<Call>[0];
type Refusal = Extract<Awaited<ReturnType<Call>>, { readonly ok: false }>['error'];

export interface Faults {
  /** True: the call is carried out, and its answer is lost. */
  readonly loseAnswer?: (what: string) => boolean;
  /** What the call is answered although it was carried out, as by a server whose store failed after the commit. */
  readonly refuse?: (what: Name) => Refusal | null;
  /** Changes what the server answered, as a server that lies would. */
  readonly tamper?: (name: Name, value: unknown) => unknown;
}

/** A network that loses answers, or a server that does not tell the truth, around a real transport. */
export class FaultyTransport implements Transport {
  readonly #inner: Transport;
  faults: Faults;

  constructor(inner: Transport, faults: Faults) {
    this.#inner = inner;
    this.faults = faults;
  }

  call: Call = async (name, input: CallInput<typeof name>, token) => {
    const result = await this.#inner.call(name, input, token);
    if (this.faults.loseAnswer?.(name)) throw new NoAnswer(name);
    const error = this.faults.refuse?.(name);
    if (error) return { ok: false, error };
    if (!result.ok || !this.faults.tamper) return result;
    return { ok: true, value: this.faults.tamper(name, result.value) } as Result<never, never>;
  };

  connect(
    handshake: Parameters<Transport['connect']>[0],
    listener: ConnectionListener,
  ): Connection {
    const connection = this.#inner.connect(handshake, listener);
    return {
      close: () => connection.close(),
      send: async (name, payload) => {
        const answer = await connection.send(name, payload);
        if (this.faults.loseAnswer?.(name)) {
          connection.close();
          throw new NoAnswer(name);
        }
        return answer;
      },
    };
  }
}
