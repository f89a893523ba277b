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
  /** What happens elsewhere while the call is on its way. */
  readonly meanwhile?: (what: Name) => Promise<void>;
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
    await this.faults.meanwhile?.(name);
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

/** Hears nothing of new entries: what the log holds has to be read. */
export class WithoutPushes extends FaultyTransport {
  override connect(
    handshake: Parameters<Transport['connect']>[0],
    listener: ConnectionListener,
  ): Connection {
    return super.connect(handshake, {
      closed: (why) => listener.closed(why),
      event: (name, payload) => {
        if (name !== 'entries') listener.event(name, payload);
      },
    });
  }
}
