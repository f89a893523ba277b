import type { IncomingMessage } from 'node:http';
import type { Clock, Meter } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';
import type { Admitted } from '@sealpost/protocol/edge';
import type { Socket } from 'socket.io';
import type { Admission } from './admission.ts';
import { type Networks, networkBehind } from './networks.ts';
import { Connection } from './connection.ts';
import { type EngineSocket, gatherFromNext, onceGone, terminate } from './engine-socket.ts';
import { FloodGate } from './flood-gate.ts';
import type { SocketOptions } from './options.ts';
import type { SocketConnections } from './socket-connections.ts';
import type { TransportLog } from './transport-record.ts';

export interface FrontDoorPorts {
  readonly admission: Admission;
  readonly networks: Networks;
  readonly connections: SocketConnections;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: TransportLog;
  readonly options: SocketOptions;
}

/** A connection from the first byte on, before anybody knows whose it is. */
interface Visitor {
  readonly flood: FloodGate;
  readonly network: string;
  connection: Connection | null;
}

interface Entrance {
  readonly admitted: Admitted;
  readonly visitor: Visitor;
}

const secondHandshake: WireRefusal = {
  code: 'invalid_request',
  issues: [{ path: '', problem: 'must be the only handshake of its connection' }],
};

/** Where connections arrive: each is watched from its first frame, and may say once who it is. */
export class FrontDoor {
  readonly #ports: FrontDoorPorts;
  readonly #visitors = new WeakMap<EngineSocket, Visitor>();

  constructor(ports: FrontDoorPorts) {
    this.#ports = ports;
  }

  /** A WebSocket was opened. */
  visited(conn: EngineSocket): void {
    const { clock, networks, options } = this.#ports;
    const network = networkBehind(options.trustedProxies, conn.request);
    const flood = new FloodGate(options, clock.monotonic());
    const visitor: Visitor = { flood, network, connection: null };
    this.#visitors.set(conn, visitor);
    networks.came(network);
    onceGone(conn, () => networks.left(network, { stranger: visitor.connection === null }));
    conn.on('packet', () => {
      if (!visitor.flood.frame(clock.monotonic())) this.#flooded(conn, visitor);
    });
  }

  /** A handshake came. Null: let in. */
  async admit(socket: Socket): Promise<WireRefusal | null> {
    const visitor = this.#visitors.get(socket.conn);
    this.#visitors.delete(socket.conn);
    if (!visitor) return this.#refused(socket, secondHandshake);
    const { auth, headers } = socket.handshake;
    const { network } = visitor;
    const decision = await this.#ports.admission.decide({ auth, headers, network });
    if (!decision.ok) return this.#refused(socket, decision.error);
    socket.data = { admitted: decision.value, visitor } satisfies Entrance;
    gatherFromNext(socket.conn);
    return null;
  }

  /** Who was let in is connected. */
  entered(socket: Socket): { readonly connection: Connection; readonly protocol: number } {
    const { admitted, visitor } = socket.data as Entrance;
    const connection = new Connection(socket, visitor.flood, admitted);
    visitor.connection = connection;
    this.#ports.networks.introduced(visitor.network);
    forgetHandshake(socket);
    return { connection, protocol: admitted.protocol };
  }

  #refused(socket: Socket, error: WireRefusal): WireRefusal {
    this.#ports.meter.count('sockets_refused');
    this.#ports.log({ level: 'debug', event: 'socket_refused', code: error.code });
    // After the refusal was written: nobody tries one token after another on a connection.
    setImmediate(() => socket.conn.close());
    return error;
  }

  #flooded(conn: EngineSocket, { connection }: Visitor): void {
    this.#ports.meter.count('floods_refused');
    if (connection) this.#ports.connections.close(connection, 'flooding');
    else terminate(conn);
  }
}

/** Socket.io keeps the first request, credentials included, and a room of its own for as long as a connection lives. */
function forgetHandshake(socket: Socket): void {
  socket.handshake.auth = {};
  socket.handshake.headers = {};
  socket.handshake.query = {};
  socket.data = null;
  (socket.conn as { request: IncomingMessage | null }).request = null;
  socket.nsp.adapter.delAll(socket.id);
}
