import {
  type AccountCursor,
  type AccountId,
  type CloseReason,
  type Connections,
  type ConversationId,
  type DeviceRef,
  type EntriesPush,
  type EphemeralEvent,
  isSameDevice,
  type SessionId,
  type Stock,
  type Suite,
} from '@sealpost/domain';
import { entriesPush, type Requester, type ServerPush, stockPush } from '@sealpost/protocol/edge';
import type { ServerSide } from '../network/link.ts';
import type { Witness } from '../testimony.ts';

/** A connection as a process holds it. */
export interface SimConnection extends Requester {
  readonly suites: readonly Suite[];
  readonly link: ServerSide;
  open: boolean;
  /** When it was let in. */
  readonly since: number;
  /** By which the deployment knows it. */
  serial: number;
}

const comesBackMs: Readonly<Record<CloseReason, number | null>> = {
  superseded: null,
  session_revoked: null,
  token_expired: 1,
  too_slow: 2_000,
  flooding: 10_000,
  draining: 500,
  protocol_error: 30_000,
};

/** The devices that are connected to one process. */
export class SimConnections implements Connections {
  readonly #process: number;
  readonly #witness: Witness;
  readonly #open = new Set<SimConnection>();
  readonly #ended = new Set<SessionId>();
  left: (connection: SimConnection) => void = () => undefined;

  constructor(process: number, witness: Witness) {
    this.#process = process;
    this.#witness = witness;
  }

  all(): readonly SimConnection[] {
    return [...this.#open];
  }

  accounts(): Iterable<AccountId> {
    return new Set(this.all().map(({ ref }) => ref.account));
  }

  has(account: AccountId): boolean {
    return this.#of([account]).length > 0;
  }

  find(device: DeviceRef): SimConnection | null {
    return this.all().find(({ ref }) => isSameDevice(ref, device)) ?? null;
  }

  join(connection: SimConnection): void {
    const older = this.find(connection.ref);
    this.#open.add(connection);
    this.#witness({
      kind: 'admitted',
      process: this.#process,
      device: connection.ref,
      session: connection.session,
    });
    if (older) this.close(older, 'superseded');
    if (this.#ended.has(connection.session)) this.close(connection, 'session_revoked');
  }

  push(connection: SimConnection, push: ServerPush): void {
    if (!connection.open) return;
    const { ref: device, session } = connection;
    this.#witness({ kind: 'pushed', process: this.#process, device, session, push });
    connection.link.push(push);
    if (connection.link.behind) this.close(connection, 'too_slow');
  }

  close(connection: SimConnection, reason: CloseReason): void {
    if (!connection.open) return;
    const retryAfterMs = comesBackMs[reason];
    const { ref: device } = connection;
    this.#witness({ kind: 'closed', process: this.#process, device, reason, retryAfterMs });
    connection.link.push({ event: 'closing', payload: { reason, retryAfterMs } });
    connection.link.close();
    this.gone(connection);
  }

  gone(connection: SimConnection): void {
    if (!connection.open) return;
    this.#witness({ kind: 'gone', process: this.#process, device: connection.ref });
    connection.open = false;
    this.#open.delete(connection);
    this.left(connection);
  }

  pushEntries(push: EntriesPush): void {
    for (const connection of this.#of(push.to))
      if (!connection.ownSends.cover(push.entries, connection.ref))
        this.push(connection, entriesPush(push, [], connection.ref.device));
  }

  pushReceipts(
    conversation: ConversationId,
    { account, delivered, read, shown }: AccountCursor,
    to: readonly AccountId[],
  ): void {
    const cursor = { account, delivered, read, shown };
    for (const connection of this.#of(to))
      this.push(connection, { event: 'receipts', payload: { conversation, cursor } });
  }

  pushEphemeral(
    conversation: ConversationId,
    { kind, account, device, payload }: EphemeralEvent,
    to: readonly AccountId[],
  ): void {
    for (const connection of this.#of(to))
      if (connection.ref.device !== device)
        this.push(connection, { event: kind, payload: { conversation, account, device, payload } });
  }

  pushStock(to: DeviceRef, stock: Stock): void {
    const connection = this.find(to);
    if (connection?.suites.includes(stock.suite)) this.push(connection, stockPush(stock));
  }

  pushDevicesChanged(account: AccountId): void {
    for (const connection of this.#of([account]))
      this.push(connection, { event: 'devices_changed', payload: {} });
  }

  closeSuperseded(device: DeviceRef): void {
    const connection = this.find(device);
    if (connection) this.close(connection, 'superseded');
  }

  closeSessions(sessions: readonly SessionId[], reason: CloseReason): void {
    for (const session of sessions) this.#ended.add(session);
    for (const connection of this.all())
      if (sessions.includes(connection.session)) this.close(connection, reason);
  }

  #of(accounts: readonly AccountId[]): readonly SimConnection[] {
    return this.all().filter(({ ref }) => accounts.includes(ref.account));
  }
}
