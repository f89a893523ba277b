import type { Clock, Meter, Timers } from '@sealpost/domain';
import type { Connection } from './connection.ts';
import type { SocketOptions } from './options.ts';
import type { SocketConnections } from './socket-connections.ts';

export interface SweepPorts {
  readonly connections: SocketConnections;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly meter: Meter;
  readonly options: SocketOptions;
}

/** Looks after all connections on one timer, so that none needs one of its own. */
export class Sweep {
  readonly #ports: SweepPorts;
  #cancel: () => void = () => undefined;

  constructor(ports: SweepPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#cancel = this.#ports.timers.after(this.#ports.options.sweepMs, () => {
      this.start();
      this.#sweep();
    });
  }

  stop(): void {
    this.#cancel();
  }

  #sweep(): void {
    const { clock, connections, meter, options } = this.#ports;
    const { registry } = connections;
    const now = clock.now();
    const monotonic = clock.monotonic();
    for (const connection of [...registry.all()]) this.#check(connection, now);
    connections.closing.cutOverdue();
    registry.forgetEnded(monotonic - 2 * options.handshakeTimeoutMs);
    meter.observe('open_sockets', registry.size);
  }

  #check(connection: Connection, now: number): void {
    const { connections, options } = this.#ports;
    connection.recount();
    if (connection.expiresAt <= now) connections.close(connection, 'token_expired');
    else if (connection.isBehind(options.sendBufferBytes))
      connections.close(connection, 'too_slow');
  }
}
