import { Wire } from './wire.ts';

export interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
  readonly id?: number | undefined;
}

/** A parser of Socket.io packets whose packets are one binary message each. */
export interface PacketParser {
  readonly Encoder: new () => { encode(packet: Packet): readonly unknown[] };
  readonly Decoder: new () => {
    add(message: unknown): void;
    on(event: 'decoded', heard: (packet: Packet) => void): unknown;
  };
}

const CONNECT = 0;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;
/** Of Engine.io, which sends them as text. */
const ping = '2'.charCodeAt(0);
const open = '0'.charCodeAt(0);

export interface SocketClientOptions {
  readonly url: URL;
  readonly from: string;
  readonly parser: PacketParser;
  /** What is presented; absent: nothing. */
  readonly auth: Readonly<Record<string, unknown>> | undefined;
  /** Is shown every binary message first; what it takes is not decoded. */
  readonly taken: (frame: Buffer) => boolean;
  readonly event: (client: SocketClient, name: unknown, payload: unknown) => void;
  readonly closed: () => void;
}

/** As much of a Socket.io client as a load needs. */
export class SocketClient {
  readonly #options: SocketClientOptions;
  readonly #encoder;
  readonly #decoder;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #connected = Promise.withResolvers<void>();
  #wire: Wire | null = null;
  #nextId = 0;

  private constructor(options: SocketClientOptions) {
    this.#options = options;
    this.#encoder = new options.parser.Encoder();
    this.#decoder = new options.parser.Decoder();
    this.#decoder.on('decoded', (packet) => this.#packet(packet));
  }

  /** Resolves when the server has let it in. */
  static async open(options: SocketClientOptions): Promise<SocketClient> {
    const client = new SocketClient(options);
    // It may fail before anybody waits for it.
    client.#connected.promise.catch(() => undefined);
    const url = new URL('/socket.io/?EIO=4&transport=websocket', options.url);
    client.#wire = await Wire.open(url, options.from, {
      message: (payload, isText) => client.#message(payload, isText),
      closed: () => {
        client.#connected.reject(new Error('the server closed the connection'));
        options.closed();
      },
    });
    client.#send({ type: CONNECT, nsp: '/', data: options.auth });
    await client.#connected.promise;
    return client;
  }

  emit(name: string, args: readonly unknown[], answered: (answer: unknown) => void): void {
    const id = this.#nextId++;
    this.#answers.set(id, answered);
    this.#send({ type: EVENT, nsp: '/', data: [name, ...args], id });
  }

  ask(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve) => this.emit(name, args, resolve));
  }

  close(): void {
    this.#wire?.close();
  }

  #send(packet: Packet): void {
    for (const frame of this.#encoder.encode(packet)) this.#wire?.binary(frame as Uint8Array);
  }

  #message(payload: Buffer, isText: boolean): void {
    if (!isText) {
      if (!this.#options.taken(payload)) this.#decoder.add(payload);
    } else if (payload[0] === ping) this.#wire?.text('3');
    else if (payload[0] !== open) throw new Error(`unexpected text: ${payload.toString()}`);
  }

  #packet({ type, data, id }: Packet): void {
    const items = Array.isArray(data) ? (data as unknown[]) : [];
    if (type === CONNECT) this.#connected.resolve();
    else if (type === CONNECT_ERROR)
      this.#connected.reject(new Error(`refused: ${JSON.stringify(data)}`));
    else if (type === EVENT) this.#options.event(this, items[0], items[1]);
    else if (type === ACK && id !== undefined) {
      this.#answers.get(id)?.(items[0]);
      this.#answers.delete(id);
    }
  }
}
