import { createServer, connect, type Server, type Socket } from 'node:net';

interface Target {
  readonly host: string;
  readonly port: number;
}

/** One connection through the proxy. */
interface Link {
  readonly near: Socket;
  readonly far: Socket;
  /** Half-open: what either side sends vanishes, and neither hears that the other is gone. */
  silent: boolean;
}

/**
 * A TCP proxy on 127.0.0.1 that treats connections badly when told to. A new connection goes to the next target that
 * takes it, so it also stands for a load balancer.
 */
export class FaultyProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #targets: () => readonly Target[];
  readonly #links = new Set<Link>();
  #turn = 0;
  #delayMs = 0;

  private constructor(server: Server, port: number, targets: () => readonly Target[]) {
    this.#server = server;
    this.port = port;
    this.#targets = targets;
    server.on('connection', (near) => this.#admit(near));
  }

  /** `targets` is asked for each connection. */
  static async listen(targets: () => readonly Target[]): Promise<FaultyProxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('the proxy has no port');
    return new FaultyProxy(server, address.port, targets);
  }

  /** Ends connections in the way of a program that closes them. */
  cut(share: () => boolean): void {
    for (const { near, far } of this.#chosen(share)) {
      near.destroy();
      far.destroy();
    }
  }

  /** Ends connections by RST. */
  reset(share: () => boolean): void {
    for (const { near, far } of this.#chosen(share)) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Connections of now stay silent for ever; new ones work. */
  silence(share: () => boolean): void {
    for (const link of this.#chosen(share)) link.silent = true;
  }

  /** Everything takes so much longer in each direction; 0: nothing does. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** While true, nothing is read of what the targets send: their buffers fill. */
  stall(stalled: boolean): void {
    for (const { far } of this.#links) {
      if (stalled) far.pause();
      else far.resume();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const { near, far } of this.#links) {
      near.destroy();
      far.destroy();
    }
    await closed;
  }

  #chosen(share: () => boolean): Link[] {
    return [...this.#links].filter(({ silent }) => !silent && share());
  }

  #admit(near: Socket): void {
    near.on('error', () => near.destroy());
    near.setNoDelay(true);
    const targets = this.#targets();
    this.#turn += 1;
    const order = targets.map((_, at) => targets[(at + this.#turn) % targets.length]);
    void this.#reach(
      near,
      order.filter((target) => target !== undefined),
    );
  }

  async #reach(near: Socket, order: readonly Target[]): Promise<void> {
    for (const target of order) {
      const far = await dial(target);
      if (far === null) continue;
      if (near.destroyed) far.destroy();
      else this.#join({ near, far, silent: false });
      return;
    }
    near.destroy();
  }

  #join(link: Link): void {
    const { near, far } = link;
    this.#links.add(link);
    far.setNoDelay(true);
    far.on('error', () => far.destroy());
    this.#carry(link, near, far);
    this.#carry(link, far, near);
  }

  #carry(link: Link, from: Socket, to: Socket): void {
    // In order, whatever the delay is changed to meanwhile.
    let last = Promise.resolve();
    const then = (act: () => void): void => {
      const until = performance.now() + this.#delayMs;
      last = last
        .then(() => pausedUntil(until))
        .then(() => {
          if (!link.silent && !to.destroyed) act();
        });
    };
    from.on('data', (chunk) => then(() => to.write(chunk)));
    from.on('end', () => then(() => to.end()));
    from.on('close', () => {
      then(() => to.destroy());
      if (to.destroyed) this.#links.delete(link);
    });
  }
}

function pausedUntil(time: number): Promise<void> | undefined {
  const left = time - performance.now();
  return left > 0 ? new Promise((resolve) => setTimeout(resolve, left)) : undefined;
}

/** Null: nobody listens there. */
function dial({ host, port }: Target): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}
