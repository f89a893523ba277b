import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/schema.ts';
import { StartError } from './start-error.ts';

const told: Readonly<Record<string, (address: string) => StartError>> = {
  EADDRINUSE: (address) =>
    new StartError(
      'address_in_use',
      `${address} is in use by another program. Stop it, or choose another port (SEALPOST_PORT).`,
    ),
  EADDRNOTAVAIL: (address) =>
    new StartError(
      'address_not_available',
      `${address} cannot be listened on: this machine has no such address. Choose another host (SEALPOST_HOST).`,
    ),
};

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The HTTP server, which sockets use too. */
export class HttpListener {
  readonly server: Server;
  readonly #unanswered = new Set<ServerResponse>();
  #closed: Promise<void> | null = null;

  #app: RequestListener = (_request, response) =>
    void response.writeHead(503, { 'retry-after': '1' }).end();

  constructor() {
    this.server = createServer((request, response) => {
      if (this.#closed) response.shouldKeepAlive = false;
      this.#unanswered.add(response);
      response.once('close', () => this.#unanswered.delete(response));
      this.#app(request, response);
    });
  }

  /** From now on `app` answers; before it, callers are asked to come again. */
  serve(app: RequestListener): void {
    this.#app = app;
  }

  /** Answers the URL that it listens on; rejects with a StartError when it cannot. */
  async listen({ host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      const refused = (error: NodeJS.ErrnoException): void =>
        reject(told[error.code ?? '']?.(`${hostInUrl(host)}:${port}`) ?? error);
      this.server.once('error', refused);
      this.server.listen(port, host, () => {
        this.server.off('error', refused);
        resolve();
      });
    });
    return `http://${hostInUrl(host)}:${(this.server.address() as AddressInfo).port}`;
  }

  /** Takes no new connection, keeps none for a further request; resolves when the requests under way are answered. */
  close(): Promise<void> {
    // Node ends connections that are idle now, not those that will be.
    for (const response of this.#unanswered) response.shouldKeepAlive = false;
    this.#closed ??= new Promise((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeIdleConnections();
    return this.#closed;
  }

  /** Cuts what is left. */
  cut(): void {
    this.server.closeAllConnections();
  }
}
