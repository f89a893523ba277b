import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const op = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** RFC 6455, 5.2: a client's frame is masked. A mask of zeros costs this side nothing and the server the same. */
function frameOf(code: number, payload: Uint8Array): Buffer {
  const length = payload.length;
  const extended = length < 126 ? 0 : length < 2 ** 16 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extended + length);
  frame[0] = 0x80 | code;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.fill(0, 2 + extended, 6 + extended);
  frame.set(payload, 6 + extended);
  return frame;
}

export interface WireEvents {
  /** The bytes are the receiver's only until it returns. */
  message(payload: Buffer, isText: boolean): void;
  closed(): void;
}

/** A WebSocket client on a plain TCP connection, so that generating load costs little beside bearing it. */
export class Wire {
  readonly #socket: Socket;
  readonly #events: WireEvents;
  #rest: Buffer | null = null;

  private constructor(socket: Socket, events: WireEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  /** `from`: the local address, of which one has 28,000 ports only. */
  static open(url: URL, from: string, events: WireEvents): Promise<Wire> {
    const { promise, resolve, reject } = Promise.withResolvers<Wire>();
    const port = Number(url.port);
    const socket = connect({ host: url.hostname, port, localAddress: from, noDelay: true });
    const wire = new Wire(socket, events);
    const failed = (why: string): void => reject(new Error(`no connection to ${url.host}: ${why}`));
    let head = Buffer.alloc(0);
    const upgrading = (data: Buffer): void => {
      head = Buffer.concat([head, data]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const status = head.toString('latin1', 0, head.indexOf('\r\n'));
      if (!status.includes(' 101 ')) return failed(status);
      socket.off('data', upgrading).on('data', (more) => wire.#take(more));
      resolve(wire);
      wire.#take(head.subarray(end + 4));
    };
    socket.on('data', upgrading);
    socket.on('error', ({ message }) => failed(message));
    socket.on('close', () => {
      failed('closed');
      events.closed();
    });
    socket.write(
      [
        `GET ${url.pathname}${url.search} HTTP/1.1`,
        `Host: ${url.host}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Version: 13',
        '\r\n',
      ].join('\r\n'),
    );
    return promise;
  }

  binary(payload: Uint8Array): void {
    this.#socket.write(frameOf(op.binary, payload));
  }

  text(payload: string): void {
    this.#socket.write(frameOf(op.text, Buffer.from(payload)));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, data]) : data;
    let at = 0;
    for (let end = frameEnd(bytes, at); end !== null; end = frameEnd(bytes, at)) {
      this.#frame((bytes[at] ?? 0) & 15, bytes.subarray(at + headerBytes(bytes, at), end));
      at = end;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : null;
  }

  #frame(code: number, payload: Buffer): void {
    if (code === op.ping) this.#socket.write(frameOf(op.pong, payload));
    else if (code === op.close) this.#socket.destroy();
    else this.#events.message(payload, code === op.text);
  }
}

/** Servers' frames are not masked. */
function headerBytes(bytes: Buffer, at: number): number {
  const short = (bytes[at + 1] ?? 0) & 127;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

/** Where the frame that begins at `at` ends; null: not here yet. */
function frameEnd(bytes: Buffer, at: number): number | null {
  if (bytes.length < at + 2) return null;
  const header = headerBytes(bytes, at);
  if (bytes.length < at + header) return null;
  const short = (bytes[at + 1] ?? 0) & 127;
  const length =
    header === 2
      ? short
      : header === 4
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2));
  const end = at + header + length;
  return bytes.length < end ? null : end;
}
