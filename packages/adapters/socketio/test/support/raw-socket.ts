import { once } from 'node:events';
import { decodeMsgpack, encodeMsgpack } from '@sealpost/protocol';

/** A peer that speaks the transport and obeys nobody. */
export class RawSocket {
  readonly #socket: WebSocket;
  /** Packets that came, as the parser's frames hold them. */
  readonly packets: unknown[] = [];
  /** Resolves with the WebSocket's close code. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }: { data: unknown }) => {
      if (data instanceof ArrayBuffer) this.packets.push(decodeMsgpack(new Uint8Array(data)));
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve(code));
    });
  }

  static async open(port: number): Promise<RawSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    socket.binaryType = 'arraybuffer';
    const raw = new RawSocket(socket);
    await once(socket, 'message');
    return raw;
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    this.#socket.send(data);
  }

  /** Asks to be let in; the answer is among the packets. */
  connect(auth: Record<string, unknown>, namespace?: string): void {
    this.packet([0, auth, ...(namespace === undefined ? [] : [null, namespace])]);
  }

  packet(frame: readonly unknown[]): void {
    this.send(encodeMsgpack(frame));
  }

  close(): void {
    this.#socket.close();
  }
}
