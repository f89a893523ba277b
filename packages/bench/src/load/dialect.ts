import type { PacketParser, SocketClient } from './socket-client.ts';

/** Whether a refusal says that the server has too much to do just now. Any other is a fault of ours. */
export const isOverload = (refusal: string): boolean => refusal.includes('"unavailable"');

/** How a client talks with one kind of server. */
export interface Dialect {
  readonly parser: PacketParser;
  /** What a client presents when it connects. */
  auth(token: string): Readonly<Record<string, unknown>> | undefined;
  /** The event after which a client is given what it must not miss; null: it is from the beginning. */
  readonly readyEvent: string | null;
  enter(client: SocketClient, room: string): Promise<void>;
  send(
    client: SocketClient,
    message: { readonly room: string; readonly number: number; readonly body: Uint8Array },
    /** Null: it is accepted. */
    answered: (refusal: string | null) => void,
  ): void;
  /** What a client does, once a second, on an event that brought it something: it tells how far it has got. */
  received(client: SocketClient, event: unknown, payload: unknown): void;
}
