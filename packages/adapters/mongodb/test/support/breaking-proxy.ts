import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Passes connections on to a port of this machine, slowly if told to, and breaks them when told to. */
export class BreakingProxy {
  delayMs = 0;
  readonly #server: Server;
  readonly #links = new Set<readonly [Socket, Socket]>();

  static async before(port: number): Promise<BreakingProxy> {
    const proxy = new BreakingProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      const link = [near, far] as const;
      this.#links.add(link);
      for (const [from, to] of [link, [far, near] as const]) {
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.on('data', (bytes) => setTimeout(() => to.write(bytes), this.delayMs));
      }
      near.on('close', () => this.#links.delete(link));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends some of the connections, in the way of a program that closes them. */
  cut(isCut: () => boolean): void {
    for (const [near, far] of this.#links) {
      if (!isCut()) continue;
      near.destroy();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut(() => true);
    this.#server.close();
    await once(this.#server, 'close');
  }
}
