import { type Clock, type Meter, presenceLeaseMs, type Timers } from '@sealpost/domain';
import type { Connection } from './connection.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { SocketOptions } from './options.ts';
import type { SocketConnections } from './socket-connections.ts';

export interface SweepPorts {
  readonly connections: SocketConnections;
  readonly leases: LeaseKeeper;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly meter: Meter;
  readonly options: SocketOptions;
}

/** A lease is renewed well before it ends. */
const renewMs = presenceLeaseMs / 3;

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
    const { clock, connections, leases, meter, options } = this.#ports;
    const { registry } = connections;
    const now = clock.now();
    const monotonic = clock.monotonic();
    for (const connection of [...registry.all()]) {
      this.#check(connection, now);
      if (!connection.open || connection.renewedAt + renewMs > monotonic) continue;
      connection.renewedAt = monotonic;
      leases.renew(connection.ref);
    }
    connections.closing.cutOverdue();
    registry.forgetEnded(monotonic - 2 * options.handshakeTimeoutMs);
    meter.observe('open_sockets', registry.size);
    void leases.flush();
  }

  #check(connection: Connection, now: number): void {
    const { connections, options } = this.#ports;
    connection.recount();
    if (connection.expiresAt <= now) connections.close(connection, 'token_expired');
    else if (connection.isBehind(options.sendBufferBytes))
      connections.close(connection, 'too_slow');
  }
}
