import { decodeMsgpack } from '@sealpost/protocol';
import { rawMsgpack } from '@sealpost/testing/hostile';
import { patienceMs } from './http.ts';

const CONNECT = 0;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;

/** As the parser puts it into a frame; without a namespace it is of the one that there is. */
type Packet = readonly [type: number, data: unknown, id?: number, namespace?: string | null];

interface Event {
  readonly name: string;
  readonly payload: unknown;
}

/** Is given every binary frame of the server. */
type Watch = (frame: Buffer) => void;

/** What came of a request: an answer, or the end of the connection with its close code. */
export type Outcome = { readonly answer: unknown } | { readonly closed: number };

async function inTime<T>(awaited: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} in time`)), patienceMs);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A peer on the socket that sends whatever it is given. */
export class FuzzSocket {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #closed: Promise<{ readonly closed: number }>;
  readonly #admitted: Promise<Outcome>;
  readonly #caughtUp: Promise<void>;
  #nextId = 1;
  /** Events of the server, in order. */
  readonly heard: Event[] = [];
  open = true;

  private constructor(socket: WebSocket, watch: Watch) {
    this.#socket = socket;
    const admitted = Promise.withResolvers<Outcome>();
    const caughtUp = Promise.withResolvers<void>();
    this.#admitted = admitted.promise;
    this.#caughtUp = caughtUp.promise;
    this.#closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => {
        this.open = false;
        resolve({ closed: code });
      });
    });
    socket.addEventListener('message', ({ data }: { data: unknown }) => {
      if (data === '2') socket.send('3');
      if (!(data instanceof ArrayBuffer)) return;
      watch(Buffer.from(data));
      const [type, value, id, namespace = null] = decodeMsgpack(new Uint8Array(data)) as Packet;
      if (type === ACK) this.#answers.get(id ?? -1)?.((value as unknown[])[0]);
      // Of other namespaces, which there are none of, Socket.io says so in words of its own.
      if ((type === CONNECT || type === CONNECT_ERROR) && namespace === null)
        admitted.resolve({ answer: value });
      if (type !== EVENT) return;
      const [name, payload] = value as [string, unknown];
      this.heard.push({ name, payload });
      if (name === 'caught_up') caughtUp.resolve();
    });
  }

  static async open(port: number, watch: Watch = () => {}): Promise<FuzzSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    socket.binaryType = 'arraybuffer';
    const made = new FuzzSocket(socket, watch);
    const opened = new Promise<void>((resolve) => {
      socket.addEventListener('message', () => resolve(), { once: true });
    });
    await inTime(Promise.race([opened, made.#closed]), 'opening of a socket');
    return made;
  }

  /** A device's connection, past its introduction. */
  static async connected(
    port: number,
    accessToken: string | undefined,
    suites: readonly string[],
    watch?: Watch,
  ) {
    const socket = await FuzzSocket.open(port, watch);
    const outcome = await socket.connect({ protocol: 1, accessToken, suites });
    const refused = 'answer' in outcome && (outcome.answer as { error?: unknown }).error;
    if (!refused && 'answer' in outcome)
      await inTime(Promise.race([socket.#caughtUp, socket.#closed]), 'introduction');
    return socket;
  }

  /** Text as a text frame, bytes as they are, anything else as one packet. */
  send(frame: unknown): void {
    if (!this.open) return;
    if (typeof frame === 'string') this.#socket.send(frame);
    else this.#socket.send(new Uint8Array(frame instanceof Uint8Array ? frame : rawMsgpack(frame)));
  }

  connect(handshake: unknown): Promise<Outcome> {
    this.send([CONNECT, handshake]);
    return inTime(Promise.race([this.#admitted, this.#closed]), 'answer to a handshake');
  }

  /** An event's frame, which wants an answer unless it is told not to. */
  frameOf(name: string, payload: readonly unknown[], answered = true): Uint8Array {
    const id = this.#nextId++;
    return rawMsgpack([EVENT, [name, ...payload], answered ? id : null]);
  }

  /** Sends the frame of an event, and waits for the answer to its id. */
  async ask(frame: Uint8Array, id = this.#nextId - 1): Promise<Outcome> {
    const answered = new Promise<Outcome>((resolve) => {
      this.#answers.set(id, (answer) => resolve({ answer }));
    });
    this.send(frame);
    return inTime(Promise.race([answered, this.#closed]), 'answer to an event');
  }

  /** Waits until everything sent is taken: an event that is never valid is answered after all before it. */
  settled(): Promise<Outcome> {
    return this.ask(this.frameOf('typing', [null]));
  }

  /** Resolves when the connection is gone. */
  async close(): Promise<void> {
    this.#socket.close();
    await inTime(this.#closed, 'end of a socket');
  }
}
