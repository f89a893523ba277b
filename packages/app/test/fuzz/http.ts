import { Agent, maxHeaderSize, request } from 'node:http';
import { connect } from 'node:net';

/** A request as bytes, to be sent again as it was. */
export interface Prepared {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** An answer that takes longer is none. */
export const patienceMs = 15_000;

/** Node hangs up on whoever sends a longer head, who may then miss the 431 that it said before. */
const isTooLong = ({ path, headers }: Prepared): boolean =>
  path.length + JSON.stringify(headers).length > maxHeaderSize;
const isCut = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code));
const hungUp: Reply = { status: 431, type: '', body: Buffer.alloc(0) };

/** Sends requests over a few connections that are kept. */
export class Http {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Rejects when there is no answer. */
  async send(prepared: Prepared): Promise<Reply> {
    try {
      return await this.#once(prepared, this.#agent);
    } catch (error) {
      if (isTooLong(prepared) && isCut(error)) return hungUp;
      // The server may hang up on a connection that was idle just as it is used again, and so with all that are kept.
      if (error instanceof Error && Reflect.get(error, 'idle') === true)
        return this.#once(prepared, false);
      throw error;
    }
  }

  #once({ method, path, headers, body }: Prepared, agent: Agent | false): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          agent,
          method,
          path,
          headers: { ...headers },
        },
        (answer) => {
          const pieces: Buffer[] = [];
          answer.on('data', (piece: Buffer) => pieces.push(piece));
          answer.once('error', reject);
          answer.once('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              type: answer.headers['content-type'] ?? '',
              body: Buffer.concat(pieces),
            }),
          );
        },
      );
      sent.setTimeout(patienceMs, () => sent.destroy(new Error('no answer in time')));
      sent.once('error', (error) => reject(Object.assign(error, { idle: sent.reusedSocket })));
      sent.end(body ?? undefined);
    });
  }

  /** Sends bytes that need not be HTTP and says no more; answers what came back until the server hung up. */
  raw(bytes: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: this.#port, allowHalfOpen: true });
      const pieces: Buffer[] = [];
      socket.on('data', (piece) => pieces.push(piece));
      socket.once('error', () => resolve(Buffer.concat(pieces)));
      socket.once('close', () => resolve(Buffer.concat(pieces)));
      socket.once('end', () => socket.end());
      socket.setTimeout(patienceMs, () => {
        socket.destroy();
        reject(new Error('the connection was kept open'));
      });
      socket.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
