import type { AccountId, CloseReason, DeviceId, SessionId } from '@sealpost/domain';
import type { Connection } from './connection.ts';

const none: readonly Connection[] = [];

/** The open connections, by account: at most one per device. */
export class ConnectionRegistry {
  readonly #byAccount = new Map<AccountId, Connection[]>();
  /** Sessions that were ended lately: a handshake may have looked just before. */
  readonly #ended = new Map<SessionId, { readonly reason: CloseReason; readonly at: number }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  accounts(): Iterable<AccountId> {
    return this.#byAccount.keys();
  }

  has(account: AccountId): boolean {
    return this.#byAccount.has(account);
  }

  of(account: AccountId): readonly Connection[] {
    return this.#byAccount.get(account) ?? none;
  }

  find(account: AccountId, device: DeviceId): Connection | null {
    return this.of(account).find((connection) => connection.device === device) ?? null;
  }

  *all(): Iterable<Connection> {
    for (const connections of this.#byAccount.values()) yield* connections;
  }

  add(connection: Connection): void {
    const known = this.#byAccount.get(connection.account);
    if (known) known.push(connection);
    else this.#byAccount.set(connection.account, [connection]);
    this.#size += 1;
  }

  /** Removing it again changes nothing. */
  remove(connection: Connection): void {
    const known = this.#byAccount.get(connection.account);
    const at = known?.indexOf(connection) ?? -1;
    if (!known || at < 0) return;
    known.splice(at, 1);
    if (known.length === 0) this.#byAccount.delete(connection.account);
    this.#size -= 1;
  }

  /** Notes that these sessions ended, and answers their connections. */
  end(sessions: readonly SessionId[], reason: CloseReason, now: number): Connection[] {
    const ended = new Set(sessions);
    for (const session of ended) this.#ended.set(session, { reason, at: now });
    return [...this.all()].filter(({ session }) => ended.has(session));
  }

  /** Why the session ended, if it was lately. */
  endOf(session: SessionId): CloseReason | null {
    return this.#ended.get(session)?.reason ?? null;
  }

  /** Forgets the sessions that ended before. */
  forgetEnded(before: number): void {
    for (const [session, { at }] of this.#ended) if (at < before) this.#ended.delete(session);
  }
}
