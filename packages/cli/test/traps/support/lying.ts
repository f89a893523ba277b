import type { CallInput, Connection, ConnectionListener, Transport } from '@sealpost/client';

type Call = Transport['call'];
type Refusal = Extract<Awaited<ReturnType<Call>>, { readonly ok: false }>['error'];
export type Name = Parameters<Call>[0];

/** An entry as it travels, as far as anybody lies about it. */
export interface EntryShown {
  readonly seq: number;
  readonly kind: 'created' | 'message' | 'roster' | 'commit';
  readonly class: 'loud' | 'quiet';
  readonly epoch: number;
  readonly sender: { readonly account: string; readonly device: string };
  readonly clientId: string;
  readonly digest: Uint8Array;
  readonly parts: readonly { readonly audience: 'all' | 'device'; readonly bytes: Uint8Array }[];
}

export interface Lies {
  /** What the server is given instead of what the device said: by a device that does not keep to the protocol. */
  readonly said?: (name: Name, input: CallInput<Name>) => CallInput<Name>;
  /** What the device is told without the server having heard of the call; null: it is carried out. */
  readonly refused?: (name: Name) => Refusal | null;
  /** An entry as this device is shown it. */
  readonly shown?: (entry: EntryShown) => EntryShown;
  /** The device is pushed its own messages too, as by a server of before, instead of being told their place. */
  readonly echoed?: boolean;
  /** New entries are not told: the device knows of what it reads. */
  readonly deaf?: boolean;
  /** Anything else that the device is answered. */
  readonly answered?: (name: Name, value: unknown) => unknown;
}

/** What a device hears and says through a server, or a network, that lies. What it did is written down. */
export class Lying implements Transport {
  readonly #inner: Transport;
  lies: Lies;
  /** Calls and events that left, in order. */
  readonly left: string[] = [];

  constructor(inner: Transport, lies: Lies = {}) {
    this.#inner = inner;
    this.lies = lies;
  }

  call: Call = async (name, input: CallInput<typeof name>, token) => {
    this.left.push(name);
    const error = this.lies.refused?.(name);
    if (error) return { ok: false, error };
    const said = this.lies.said?.(name, input as CallInput<Name>) ?? input;
    const result = await this.#inner.call(name, said as typeof input, token);
    if (!result.ok) return result;
    const value = this.lies.answered?.(name, result.value) ?? result.value;
    return { ok: true, value: (name === 'entries' ? this.#shown(value) : value) as never };
  };

  connect(
    handshake: Parameters<Transport['connect']>[0],
    listener: ConnectionListener,
  ): Connection {
    const event: ConnectionListener['event'] = (name, payload) => {
      if (name === 'entries' && this.lies.deaf) return;
      listener.event(name, (name === 'entries' ? this.#shown(payload) : payload) as never);
    };
    const connection = this.#inner.connect(handshake, {
      event,
      closed: (why) => listener.closed(why),
    });
    return {
      close: () => connection.close(),
      send: (name, payload) => {
        this.left.push(name);
        if (!this.lies.echoed || name !== 'send') return connection.send(name, payload);
        return connection.send(name, { ...payload, skipEcho: false });
      },
    };
  }

  #shown(page: unknown): unknown {
    const { shown } = this.lies;
    const told = page as { readonly entries: readonly EntryShown[] };
    return shown ? { ...told, entries: told.entries.map(shown) } : told;
  }
}
