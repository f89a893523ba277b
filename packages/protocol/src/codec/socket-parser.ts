import { Emitter } from '@socket.io/component-emitter';
import { CodecError } from './codec-error.ts';
import { decodeMsgpack, ownCopy } from './decode-msgpack.ts';
import { withMsgpack } from './encode-msgpack.ts';

/**
 * The parser of Socket.io packets on both ends of a socket, in Node and in browsers.
 *
 * ```ts
 * new Server(http, { parser: socketParser });
 * io(url, { parser: socketParser });
 * ```
 *
 * ## The frame
 *
 * A packet is one binary WebSocket message (Engine.IO adds nothing to it). It holds one MessagePack array without
 * extensions, as `encodeMsgpack` writes it:
 *
 *     [type, data, id, namespace]
 *
 * | type            | data                                    | id                            |
 * | --------------- | --------------------------------------- | ----------------------------- |
 * | 0 connect       | map, or nil                             | nil                           |
 * | 1 disconnect    | nil                                     | nil                           |
 * | 2 event         | [name, ...arguments]                    | nil; else an answer is wanted |
 * | 3 ack           | [...arguments]                          | that of the event             |
 * | 4 connect error | map or text                             | nil                           |
 *
 * - `id` is an integer from 0 to 2^53-1; `namespace` is text that begins with `/`, nil for `/`.
 * - Trailing nils may be left out, and are: an event for `/` that wants no answer is `[2, [name, …]]`.
 * - Bytes are MessagePack binaries inside the data; there are no attachments, and text messages are refused.
 * - The names `connect`, `connect_error`, `disconnect`, `disconnecting`, `newListener`, `removeListener` and `error`
 *   cannot be sent: Socket.io or the event emitter of Node gives them a meaning of their own.
 *
 * A frame that is none of these makes `Decoder.add` throw a CodecError. Socket.io catches it and closes the connection:
 * the server with reason `forced close`, the client with `parse error`.
 */
export interface SocketPacket {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
  readonly id?: number | undefined;
}

const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;

const MAX_NAMESPACE = 128;

const RESERVED_EVENTS: ReadonlySet<string> = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
  'error',
]);

const isMap = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array);

const isEvent = (data: unknown): boolean =>
  Array.isArray(data) && typeof data[0] === 'string' && !RESERVED_EVENTS.has(data[0]);

const isAbsent = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isNamespace = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('/') && value.length <= MAX_NAMESPACE;

function isValid(type: unknown, data: unknown, id: unknown): boolean {
  switch (type) {
    case CONNECT:
      return isAbsent(id) && (isAbsent(data) || isMap(data));
    case DISCONNECT:
      return isAbsent(id) && isAbsent(data);
    case EVENT:
      return (isAbsent(id) || isId(id)) && isEvent(data);
    case ACK:
      return isId(id) && Array.isArray(data);
    case CONNECT_ERROR:
      return isAbsent(id) && (isMap(data) || typeof data === 'string');
    default:
      return false;
  }
}

function packetOf(frame: unknown): SocketPacket {
  if (!Array.isArray(frame) || frame.length < 1 || frame.length > 4)
    throw new CodecError('invalid_packet');
  const [type, data, id, namespace] = frame as unknown[];
  const nsp = isAbsent(namespace) ? '/' : namespace;
  if (typeof type !== 'number' || !isNamespace(nsp) || !isValid(type, data, id))
    throw new CodecError('invalid_packet');
  if (isAbsent(data)) return isId(id) ? { type, nsp, id } : { type, nsp };
  return isId(id) ? { type, nsp, data, id } : { type, nsp, data };
}

/**
 * What `take` makes of a packet's frame. The bytes are its only until it returns: they lie in a buffer that is used again.
 * @throws CodecError if the packet could not be decoded at the other end.
 */
export function withPacket<Made>(
  { type, nsp, data, id }: SocketPacket,
  take: (frame: Uint8Array<ArrayBuffer>) => Made,
): Made {
  if (!isNamespace(nsp) || !isValid(type, data, id)) throw new CodecError('invalid_packet');
  const fields = [type, data, id, nsp === '/' ? null : nsp];
  while (isAbsent(fields.at(-1))) fields.pop();
  return withMsgpack(fields, take);
}

const copyOf = (frame: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => frame.slice();

class Encoder {
  /** @throws CodecError if the packet could not be decoded at the other end. */
  encode(packet: SocketPacket): [Uint8Array<ArrayBuffer>] {
    return [withPacket(packet, copyOf)];
  }
}

class Decoder extends Emitter<
  { decoded: (packet: SocketPacket) => void },
  Record<never, never>,
  { decoded: (packet: SocketPacket) => void }
> {
  readonly #copy: (view: Uint8Array) => Uint8Array;

  /** `copy` makes binary values of views of a frame, by default each with a buffer of its own. */
  constructor(copy: (view: Uint8Array) => Uint8Array = ownCopy) {
    super();
    this.#copy = copy;
  }

  /** Takes one message of the transport: a `Buffer` or `Uint8Array` on Node, an `ArrayBuffer` in browsers. */
  add(message: unknown): void {
    const frame = message instanceof ArrayBuffer ? new Uint8Array(message) : message;
    if (!(frame instanceof Uint8Array)) throw new CodecError('invalid_packet');
    this.decoded(packetOf(decodeMsgpack(frame, {}, this.#copy)));
  }

  protected decoded(packet: SocketPacket): void {
    this.emitReserved('decoded', packet);
  }

  /** Socket.io calls it when the connection ends; a packet is never half decoded. */
  destroy(): void {}
}

/** Version 5 of the Socket.io protocol, in another encoding. */
export const socketParser = { protocol: 5, Encoder, Decoder } as const;
