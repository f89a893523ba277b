import type { DiscoveryPage, DiscoveryPosition, Suite, Timers, UseCases } from '@sealpost/domain';
import type { Connection } from './connection.ts';
import { onceSent } from './engine-socket.ts';
import { reportFault } from './report-fault.ts';
import { serverFrame } from './server-frame.ts';
import type { SocketConnections } from './socket-connections.ts';
import type { TransportLog } from './transport-record.ts';

export interface IntroductionsPorts {
  readonly connections: SocketConnections;
  readonly useCases: Pick<UseCases, 'checkBundles' | 'discover' | 'incarnation'>;
  readonly timers: Timers;
  readonly log: TransportLog;
  /** How many steps are worked on at once. */
  readonly atOnce: number;
}

/** How far a connection has been told what waits for it. */
interface Introduction {
  readonly connection: Connection;
  readonly suites: Suite[];
  after: DiscoveryPosition | null;
  failures: number;
}

const mostDelayMs = 10_000;

/**
 * Tells a new connection its stock of keys and which conversations go on beyond its cursors, then that this was all. It
 * begins when the connection is already given every push, so nothing falls between. One step at a time, everybody in
 * turn: after a restart all devices come at once, and the store is asked by a few of them only. A step that fails is
 * tried again until the connection ends.
 */
export class Introductions {
  readonly #ports: IntroductionsPorts;
  readonly #waiting = new Set<Introduction>();
  #running = 0;

  constructor(ports: IntroductionsPorts) {
    this.#ports = ports;
  }

  begin(connection: Connection): void {
    this.#enqueue({
      connection,
      suites: [...new Set(connection.suites)],
      after: null,
      failures: 0,
    });
  }

  #enqueue(introduction: Introduction): void {
    this.#waiting.add(introduction);
    this.#start();
  }

  #start(): void {
    for (const introduction of this.#waiting) {
      if (this.#running >= this.#ports.atOnce) return;
      this.#waiting.delete(introduction);
      if (!introduction.connection.open) continue;
      this.#running += 1;
      void this.#step(introduction)
        .then((done) => this.#stepped(introduction, done))
        .catch((thrown: unknown) => this.#failed(introduction, thrown))
        .finally(() => {
          this.#running -= 1;
          this.#start();
        });
    }
  }

  /** Answers whether it was the last one. */
  async #step(introduction: Introduction): Promise<boolean> {
    const { connection, suites } = introduction;
    const { connections, useCases } = this.#ports;
    const [suite] = suites;
    if (suite !== undefined) {
      const stock = await useCases.checkBundles.stock(connection.ref, suite);
      suites.shift();
      if (connection.open) connections.pushStock(connection.ref, stock);
      return false;
    }
    const page = await useCases.discover.page(connection.ref, introduction.after);
    this.#tell(connection, page);
    introduction.after = page.next;
    return page.next === null;
  }

  #tell(connection: Connection, { conversations, next }: DiscoveryPage): void {
    const { connections } = this.#ports;
    const incarnation = this.#ports.useCases.incarnation();
    const heads = conversations.map(({ conversation, head, loud, delivered, incarnation: of }) => ({
      conversation,
      head,
      loud,
      // A cursor of before a restore says nothing about this log.
      delivered: of === incarnation ? delivered : 0,
    }));
    if (heads.length > 0)
      connections.send(connection, serverFrame('heads', { incarnation, conversations: heads }));
    if (next === null) connections.send(connection, serverFrame('caught_up', { incarnation }));
  }

  #stepped(introduction: Introduction, done: boolean): void {
    introduction.failures = 0;
    // The next page is not read before the last one was sent: who reads slowly waits, and is not closed for it.
    if (!done && introduction.connection.open)
      onceSent(introduction.connection.conn, () => this.#enqueue(introduction));
  }

  #failed(introduction: Introduction, thrown: unknown): void {
    const { log, timers } = this.#ports;
    reportFault(thrown, 'introduction', log);
    introduction.failures += 1;
    timers.after(Math.min(mostDelayMs, 500 * 2 ** introduction.failures), () =>
      this.#enqueue(introduction),
    );
  }
}
