import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Clock, Meter, RandomSource, Throttle, Timers, UseCases } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';
import { Server, type Socket } from 'socket.io';
import { Admission } from './admission.ts';
import { clientRequests } from '@sealpost/protocol/edge';
import type { Connection } from './connection.ts';
import type { CookieCredentials } from './cookie-credentials.ts';
import {
  type EngineSocket,
  gatherUpgrade,
  movesConnection,
  releaseRequest,
} from './engine-socket.ts';
import { EventDesk } from './event-desk.ts';
import { FrontDoor } from './front-door.ts';
import { Introductions } from './introductions.ts';
import { Networks, networkBehind } from './networks.ts';
import type { SocketOptions } from './options.ts';
import { pooledParser } from './pooled-parser.ts';
import { serverFrame } from './server-frame.ts';
import type { SocketConnections } from './socket-connections.ts';
import { takeEvents } from './socket-events.ts';
import { Sweep } from './sweep.ts';
import type { TransportLog } from './transport-record.ts';

/** What sockets need of the domain. */
export type SocketUseCases = Pick<
  UseCases,
  | 'appendEntry'
  | 'checkBundles'
  | 'discover'
  | 'holdConnections'
  | 'identifyCaller'
  | 'incarnation'
  | 'moveCursors'
  | 'sharePresence'
>;

export interface SocketIoTransportPorts {
  readonly connections: SocketConnections;
  readonly useCases: SocketUseCases;
  readonly cookies: CookieCredentials;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly meter: Meter;
  readonly log: TransportLog;
  readonly options: SocketOptions;
}

/** Socket.io gives `data` to the client, and `message` to `error.message`. */
const refused = (error: WireRefusal): Error =>
  Object.assign(new Error(error.code), { data: { error } });

/**
 * The realtime transport: events of `@sealpost/protocol` on Socket.io.
 *
 * - WebSocket only. Long polling needs every request of a connection to reach the same process, has no buffer whose
 *   size could be seen, and would encode a broadcast again for every receiver.
 * - No connection state recovery, no cluster adapter, no rooms, no further namespaces: what is missed is read from the log.
 * - A refused handshake is a `connect_error` whose `data` is `{error}`, as in every other refusal.
 */
export class SocketIoTransport {
  readonly #ports: SocketIoTransportPorts;
  readonly #admission: Admission;
  readonly #door: FrontDoor;
  readonly #desk: EventDesk;
  readonly #introductions: Introductions;
  readonly #sweep: Sweep;
  readonly #networks = new Networks();
  readonly #io: Server;
  #engine: Server['engine'] | null = null;
  #drained: Promise<void> | null = null;

  constructor(ports: SocketIoTransportPorts) {
    const { connections, options, throttle, useCases } = ports;
    this.#ports = ports;
    this.#admission = new Admission({
      ...ports,
      registry: connections.registry,
      networks: this.#networks,
      identifyCaller: useCases.identifyCaller,
    });
    this.#door = new FrontDoor({ ...ports, admission: this.#admission, networks: this.#networks });
    this.#desk = new EventDesk({ ...ports, requests: clientRequests(useCases, throttle) });
    this.#introductions = new Introductions({ ...ports, atOnce: options.introductionsAtOnce });
    this.#sweep = new Sweep(ports);
    this.#io = new Server({
      parser: pooledParser,
      path: options.path,
      transports: ['websocket'],
      allowUpgrades: false,
      serveClient: false,
      connectTimeout: options.handshakeTimeoutMs,
      maxHttpBufferSize: options.maxFrameBytes,
      pingInterval: options.pingIntervalMs,
      pingTimeout: options.pingTimeoutMs,
      // Ciphertext does not compress.
      perMessageDeflate: false,
      httpCompression: false,
      allowRequest: (request, answer) => answer(null, this.#hasRoom(request)),
    });
    connections.onLeft((connection) => this.#left(connection));
  }

  /** Serves sockets on this server, which the caller opens and closes. */
  attach(server: HttpServer): void {
    this.#io.attach(server);
    this.#engine = this.#io.engine;
    this.#engine.use(
      (request: IncomingMessage, response: object, next: (error?: Error) => void) => {
        releaseRequest(response);
        next(movesConnection(request) ? new Error('no connection is moved') : undefined);
      },
    );
    this.#engine.on('headers', (_: object, request: IncomingMessage) => gatherUpgrade(request));
    this.#engine.on('connection', (conn: EngineSocket) => this.#door.visited(conn));
    this.#io.use(
      (socket, next) =>
        void this.#door.admit(socket).then((error) => next(error ? refused(error) : undefined)),
    );
    this.#io.on('connection', (socket) => this.#welcome(socket));
    this.#sweep.start();
  }

  /**
   * Takes nobody and nothing new, waits for what is being worked on, then tells every client when to come back and
   * closes its connection. Resolves when all are gone, at the latest after `drainMs`, `closeGraceMs` and `sweepMs`.
   */
  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  /** Cuts whatever is still connected. Nothing runs any more afterwards. */
  async stop(): Promise<void> {
    this.#admission.close();
    this.#sweep.stop();
    this.#ports.connections.drain();
    this.#ports.connections.closing.cutAll();
    this.#engine?.close();
    await this.#ports.useCases.holdConnections.flush();
  }

  async #drain(): Promise<void> {
    const { connections, log, options, useCases } = this.#ports;
    this.#admission.close();
    await this.#atMost(this.#desk.close(), options.drainMs);
    log({
      level: 'info',
      event: 'sockets_drained',
      sockets: connections.registry.size,
      unfinished: this.#desk.inFlight,
    });
    connections.drain();
    // The sweep cuts those that take too long.
    await connections.closing.none();
    await useCases.holdConnections.flush();
  }

  async #atMost(done: Promise<void>, ms: number): Promise<void> {
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#ports.timers.after(ms, resolve);
    });
    await Promise.race([done, late]);
    cancel();
  }

  /** Nobody can be told more than no before there is a WebSocket. */
  #hasRoom(request: IncomingMessage): boolean {
    const { connections, meter, options } = this.#ports;
    const strangers = (this.#engine?.clientsCount ?? 0) - connections.registry.size;
    const theirs = this.#networks.strangers(networkBehind(options.trustedProxies, request));
    const hasRoom = strangers < options.maxHandshakes && theirs < options.maxHandshakesPerNetwork;
    if (!hasRoom) meter.count('sockets_refused');
    return hasRoom;
  }

  #welcome(socket: Socket): void {
    const { clock, connections, log, useCases } = this.#ports;
    const { connection, protocol } = this.#door.entered(socket);
    const { account, device } = connection;
    takeEvents(socket, (event) => this.#desk.take(connection, event));
    socket.on('error', () => connections.close(connection, 'protocol_error'));
    socket.on('disconnect', (reason) => connections.left(connection, reason));
    log({ level: 'debug', event: 'socket_opened' });
    connection.write(
      serverFrame({
        event: 'hello',
        payload: {
          protocol,
          incarnation: useCases.incarnation(),
          time: clock.now(),
          account,
          device,
          skipsEcho: true,
        },
      }),
    );
    connection.serial = useCases.holdConnections.opened(connection.ref);
    connections.join(connection);
    this.#introductions.begin(connection);
  }

  #left(connection: Connection): void {
    this.#ports.useCases.holdConnections.ended(connection.ref, connection.serial);
  }
}
