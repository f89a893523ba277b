import type { Timers, UseCases } from '@sealpost/domain';
import { Introduction } from '@sealpost/protocol/edge';
import type { Connection } from './connection.ts';
import { onceSent } from './engine-socket.ts';
import { reportFault } from './report-fault.ts';
import { serverFrame } from './server-frame.ts';
import type { SocketConnections } from './socket-connections.ts';
import type { TransportLog } from './transport-record.ts';

export interface IntroductionsPorts {
  readonly connections: SocketConnections;
  readonly useCases: Pick<UseCases, 'checkBundles' | 'discover' | 'identifyCaller' | 'incarnation'>;
  readonly timers: Timers;
  readonly log: TransportLog;
  /** How many steps are worked on at once. */
  readonly atOnce: number;
}

/** A connection in the middle of being introduced. */
interface Newcomer {
  readonly connection: Connection;
  readonly introduction: Introduction;
  failures: number;
}

const mostDelayMs = 10_000;

/**
 * Introduces new connections. One step at a time, everybody in turn: after a restart all devices come at once, and the
 * store is asked by a few of them only. A step that fails is tried again until the connection ends.
 */
export class Introductions {
  readonly #ports: IntroductionsPorts;
  readonly #waiting = new Set<Newcomer>();
  #running = 0;

  constructor(ports: IntroductionsPorts) {
    this.#ports = ports;
  }

  begin(connection: Connection): void {
    const introduction = new Introduction(connection, connection.suites, this.#ports.useCases);
    this.#enqueue({ connection, introduction, failures: 0 });
  }

  #enqueue(newcomer: Newcomer): void {
    this.#waiting.add(newcomer);
    this.#start();
  }

  #start(): void {
    for (const newcomer of this.#waiting) {
      if (this.#running >= this.#ports.atOnce) return;
      this.#waiting.delete(newcomer);
      if (!newcomer.connection.open) continue;
      this.#running += 1;
      void this.#step(newcomer)
        .then(() => this.#stepped(newcomer))
        .catch((thrown: unknown) => this.#failed(newcomer, thrown))
        .finally(() => {
          this.#running -= 1;
          this.#start();
        });
    }
  }

  async #step({ connection, introduction }: Newcomer): Promise<void> {
    const { connections } = this.#ports;
    for (const push of await introduction.step()) connections.send(connection, serverFrame(push));
  }

  #stepped(newcomer: Newcomer): void {
    const { connection, introduction } = newcomer;
    newcomer.failures = 0;
    // The next page is not read before the last one was sent: who reads slowly waits, and is not closed for it.
    if (!introduction.done && connection.open)
      onceSent(connection.conn, () => this.#enqueue(newcomer));
  }

  #failed(newcomer: Newcomer, thrown: unknown): void {
    const { log, timers } = this.#ports;
    reportFault(thrown, 'introduction', log);
    newcomer.failures += 1;
    timers.after(Math.min(mostDelayMs, 500 * 2 ** newcomer.failures), () =>
      this.#enqueue(newcomer),
    );
  }
}
