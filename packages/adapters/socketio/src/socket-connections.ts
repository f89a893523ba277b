import type {
  AccountCursor,
  AccountId,
  Clock,
  CloseReason,
  Connections,
  ConversationId,
  DeviceRef,
  EntriesPush,
  EphemeralEvent,
  Meter,
  RandomSource,
  SessionId,
  Stock,
} from '@sealpost/domain';
import { devicesNamed, entriesPush, stockPush } from '@sealpost/protocol/edge';
import { ClosingSockets } from './closing-sockets.ts';
import type { Connection } from './connection.ts';
import { ConnectionRegistry } from './connection-registry.ts';
import { dropWaiting } from './engine-socket.ts';
import { cutPush } from './cut-push.ts';
import { jitter } from './jitter.ts';
import type { SocketOptions } from './options.ts';
import { type ServerFrame, serverFrame } from './server-frame.ts';
import type { TransportLog } from './transport-record.ts';

export interface SocketConnectionsPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly meter: Meter;
  readonly log: TransportLog;
  readonly options: SocketOptions;
}

/** Span in which clients come back to other processes, from one that ends. */
export const awayMs = [200, 1_000] as const;

/** Span in which clients come back after a close for this reason; null: not by themselves. */
const comeBackMs: Record<CloseReason, readonly [number, number] | null> = {
  superseded: null,
  session_revoked: null,
  token_expired: [0, 1],
  too_slow: [1_000, 5_000],
  flooding: [10_000, 30_000],
  draining: awayMs,
  protocol_error: [30_000, 90_000],
};

/** After a drain clients come back at about 500 a second. */
const drainSpreadPerSocketMs = 2;
/** Something ephemeral is not worth waiting for. */
const ephemeralBehindBytes = 64 * 1024;

/**
 * The sockets of this process, as the domain sees them. An account's connections are what Socket.io would call its room;
 * they are kept here instead, since a frame must be encoded and framed once for all its receivers, and since the devices
 * in a room must be told apart.
 */
export class SocketConnections implements Connections {
  readonly registry = new ConnectionRegistry();
  readonly closing: ClosingSockets;
  readonly #ports: SocketConnectionsPorts;
  #whenLeft: (connection: Connection) => void = () => undefined;
  /** Over which span clients come back after a drain; null: nobody was sent away. */
  #drainSpreadMs: number | null = null;

  constructor(ports: SocketConnectionsPorts) {
    this.#ports = ports;
    this.closing = new ClosingSockets(ports.clock, ports.options.closeGraceMs);
  }

  /** Has `left` called for every connection that is closed or gone, once. */
  onLeft(left: (connection: Connection) => void): void {
    this.#whenLeft = left;
  }

  accounts(): Iterable<AccountId> {
    return this.registry.accounts();
  }

  has(account: AccountId): boolean {
    return this.registry.has(account);
  }

  /**
   * A device that a part names is given one frame with everything instead of the room's, which says so in `more`. A
   * connection that takes all of these from its answers is given nothing.
   */
  pushEntries(push: EntriesPush): void {
    const named = devicesNamed(push.entries);
    const room: Connection[] = [];
    const own: Connection[] = [];
    for (const connection of this.#roomOf(push.to))
      if (!connection.ownSends.cover(push.entries, connection.ref))
        (named.has(connection.device) ? own : room).push(connection);
    const more = own.map(({ device }) => device);
    for (const piece of cutPush(push, this.#ports.options.pushFrameBytes)) {
      if (room.length > 0) this.#send(room, serverFrame(entriesPush(piece, more, null)));
      for (const connection of own)
        this.#send([connection], serverFrame(entriesPush(piece, [], connection.device)));
    }
  }

  pushReceipts(
    conversation: ConversationId,
    cursor: AccountCursor,
    to: readonly AccountId[],
  ): void {
    const { account, delivered, read, shown } = cursor;
    this.#broadcast(to, () =>
      serverFrame({
        event: 'receipts',
        payload: { conversation, cursor: { account, delivered, read, shown } },
      }),
    );
  }

  pushEphemeral(
    conversation: ConversationId,
    event: EphemeralEvent,
    to: readonly AccountId[],
  ): void {
    const { account, device, payload } = event;
    const room = this.#roomOf(to).filter(
      (connection) => connection.device !== device && !connection.isBehind(ephemeralBehindBytes),
    );
    if (room.length > 0)
      this.#send(
        room,
        serverFrame({ event: event.kind, payload: { conversation, account, device, payload } }),
      );
  }

  pushStock(to: DeviceRef, stock: Stock): void {
    const connection = this.registry.find(to.account, to.device);
    if (!connection?.suites.includes(stock.suite)) return;
    this.#send([connection], serverFrame(stockPush(stock)));
  }

  pushDevicesChanged(account: AccountId): void {
    this.#broadcast([account], () => serverFrame({ event: 'devices_changed', payload: {} }));
  }

  closeSessions(sessions: readonly SessionId[], reason: CloseReason): void {
    const ended = this.registry.end(sessions, reason, this.#ports.clock.monotonic());
    for (const connection of ended) this.close(connection, reason);
  }

  closeSuperseded({ account, device }: DeviceRef): void {
    const older = this.registry.find(account, device);
    if (!older) return;
    this.#ports.meter.count('sockets_superseded');
    this.close(older, 'superseded');
  }

  /** Takes a connection in. An older one of the device is closed, and so is this one if it may not stay after all. */
  join(connection: Connection): void {
    this.closeSuperseded(connection.ref);
    this.registry.add(connection);
    const end = this.registry.endOf(connection.session);
    if (end !== null) this.close(connection, end);
    if (this.#drainSpreadMs !== null) this.close(connection, 'draining');
  }

  send(connection: Connection, frame: ServerFrame): void {
    this.#send([connection], frame);
  }

  /** Says why and closes. Nothing more is taken from the connection or given to it. */
  close(connection: Connection, reason: CloseReason): void {
    if (!connection.open) return;
    this.leave(connection, reason);
    if (reason === 'too_slow') {
      this.#ports.meter.count('slow_readers_closed');
      // It will not read all this, but it may read why.
      dropWaiting(connection.conn);
    }
    connection.write(
      serverFrame({
        event: 'closing',
        payload: { reason, retryAfterMs: this.#retryAfterMs(reason) },
      }),
    );
    this.closing.add(connection.conn);
    connection.socket.disconnect(true);
  }

  /** Socket.io is done with the connection. A client may say so itself, which leaves the WebSocket to be closed. */
  left(connection: Connection, reason: string): void {
    this.leave(connection, reason);
    if (reason !== 'client namespace disconnect') return;
    this.closing.add(connection.conn);
    connection.conn.close();
  }

  /** Sends everybody away for now, and whoever still comes. */
  drain(): void {
    this.#drainSpreadMs ??= this.registry.size * drainSpreadPerSocketMs;
    for (const connection of [...this.registry.all()]) this.close(connection, 'draining');
  }

  /** The connection is gone, or as good as gone. Repeating it changes nothing. */
  leave(connection: Connection, reason: string): void {
    if (!connection.open) return;
    connection.open = false;
    this.registry.remove(connection);
    this.#ports.log({ level: 'debug', event: 'socket_closed', reason });
    this.#whenLeft(connection);
  }

  #roomOf(accounts: readonly AccountId[]): Connection[] {
    return accounts.flatMap((account) => this.registry.of(account));
  }

  #broadcast(to: readonly AccountId[], frame: () => ServerFrame): void {
    const room = this.#roomOf(to);
    if (room.length > 0) this.#send(room, frame());
  }

  #send(connections: readonly Connection[], frame: ServerFrame): void {
    const limit = this.#ports.options.sendBufferBytes;
    for (const connection of connections) {
      if (!connection.open) continue;
      // Looked at before: one frame larger than the limit is no sign of a slow reader.
      if (connection.isBehind(limit)) this.close(connection, 'too_slow');
      else connection.write(frame);
    }
  }

  #retryAfterMs(reason: CloseReason): number | null {
    const span = comeBackMs[reason];
    if (span === null) return null;
    const spread = reason === 'draining' ? (this.#drainSpreadMs ?? 0) : 0;
    return jitter(this.#ports.random, span[0], span[1] + spread);
  }
}
