import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'socket.io';
import type { ServerFrame } from './server-frame.ts';

/** Engine.IO's side of a connection. */
export type EngineSocket = Socket['conn'];

/** What lies below Engine.IO: a connection of the package ws. */
interface WebSocketLike {
  /** The TCP connection; null once it is gone. */
  readonly _socket: { cork(): void; uncork(): void } | null;
  readonly bufferedAmount: number;
  readonly readyState: number;
  once(event: 'close', listener: () => void): unknown;
  terminate(): void;
}

/** The parts of Engine.IO that its types keep private and for which it has no public word. */
interface Insides {
  /** Packets that wait until the WebSocket has given away what it was given. */
  writeBuffer: { readonly data?: unknown }[];
  readonly transport: { readonly socket: WebSocketLike; writable: boolean };
  /** Gives what waits to the WebSocket, if that has given away what it was given before. */
  flush(): void;
}

const WEBSOCKET_CLOSED = 3;

const insidesOf = (conn: EngineSocket): Insides => conn as unknown as Insides;
const sizeOf = (data: unknown): number =>
  typeof data === 'string' || data instanceof Uint8Array ? data.length : 0;

/**
 * Lets what is written until the next tick leave in one piece: the answers and pushes of one slice of a flush of the log,
 * each of which would be a system call of its own. With the pushes as ranges, and flushes answered as a whole, it took the
 * server's CPU per message from 168 to 120-140 µs (50 pairs at full load).
 */
export function gather(conn: EngineSocket): void {
  const inside = insidesOf(conn);
  const { transport } = inside;
  // Meanwhile Engine.IO keeps what comes.
  if (!transport.writable) return;
  transport.writable = false;
  process.nextTick(() => {
    transport.writable = true;
    const tcp = transport.socket._socket;
    const { writeBuffer } = inside;
    tcp?.cork();
    inside.flush();
    tcp?.uncork();
    // Engine.IO goes on with another list. This one has waited since the last flush, so it lies in old space, and would
    // keep what it held until a major collection.
    if (inside.writeBuffer !== writeBuffer) writeBuffer.length = 0;
  });
}

/** The next packet, which may be Socket.io's own, leaves with what follows it in its turn. */
export const gatherFromNext = (conn: EngineSocket): void =>
  void conn.once('packetCreate', () => gather(conn));

/** What answers an upgrade leaves with Engine.IO's first packet, which follows after some promises. */
export function gatherUpgrade({ socket }: IncomingMessage): void {
  socket.cork();
  void Promise.resolve().then(() => process.nextTick(() => socket.uncork()));
}

/** Sends without encoding or framing again; Engine.IO does so for adapters that give it `wsPreEncodedFrame`. */
export function writeFrame(conn: EngineSocket, { packet, message }: ServerFrame): void {
  const options = { compress: false, wsPreEncodedFrame: [message] };
  // The parser's packets are plain bytes, of which Engine.IO asks no more.
  conn.write(packet as Buffer, options);
}

/** How many packets wait in Engine.IO. */
export const waitingPackets = (conn: EngineSocket): number => insidesOf(conn).writeBuffer.length;

/** Bytes of the packets that wait in Engine.IO. */
export const waitingBytes = (conn: EngineSocket): number =>
  insidesOf(conn).writeBuffer.reduce((sum, { data }) => sum + sizeOf(data), 0);

/** Bytes that were given to the WebSocket and that the system has not taken yet. */
export const unsentBytes = (conn: EngineSocket): number =>
  insidesOf(conn).transport.socket.bufferedAmount;

/** Forgets what waits in Engine.IO. */
export function dropWaiting(conn: EngineSocket): void {
  insidesOf(conn).writeBuffer.length = 0;
}

/** Calls `then` once the system has taken what waits now; at once when nothing waits, never after the connection closed. */
export function onceSent(conn: EngineSocket, then: () => void): void {
  if (waitingPackets(conn) === 0) then();
  else conn.once('drain', () => onceSent(conn, then));
}

/** Calls `then` when the TCP connection is gone. */
export function onceGone(conn: EngineSocket, then: () => void): void {
  const { socket } = insidesOf(conn).transport;
  if (socket.readyState === WEBSOCKET_CLOSED) then();
  else socket.once('close', then);
}

/** Cuts the TCP connection. */
export const terminate = (conn: EngineSocket): void => insidesOf(conn).transport.socket.terminate();

/**
 * Whether this request would move a connection that exists to another transport: whoever knows the connection's id may
 * do so, without a token, and has taken it over then. There is no other transport, so nobody needs it.
 */
export const movesConnection = (request: IncomingMessage): boolean =>
  Object.hasOwn((request as unknown as { readonly _query: object })._query, 'sid');

/**
 * What Engine.IO answers an upgrade with lives as long as the TCP connection, and would keep the request, with its
 * credentials, for as long: 2.3 KiB of 16 for each connection. Nobody asks it for the request after the middlewares.
 */
export function releaseRequest(response: object): void {
  if (!(response instanceof ServerResponse)) (response as { req: unknown }).req = null;
}
