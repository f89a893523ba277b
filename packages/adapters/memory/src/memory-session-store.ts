import type {
  AccountId,
  Bytes,
  DeviceId,
  Rotation,
  Session,
  SessionId,
  SessionStore,
  Timestamp,
} from '@sealpost/domain';
import { hex } from '@sealpost/domain';
import { duplicateId, type MemoryState } from './memory-state.ts';
import { revokeSession } from './revocation.ts';

export class MemorySessionStore implements SessionStore {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async create(session: {
    readonly id: SessionId;
    readonly account: AccountId;
    readonly device: DeviceId;
    readonly tokenHash: Bytes;
    readonly now: Timestamp;
    readonly expiresAt: Timestamp;
  }): Promise<void> {
    this.#state.ensureOpen('create');
    const { id, account, device, tokenHash, now, expiresAt } = session;
    if (this.#state.sessions.has(id)) throw duplicateId('create');
    const stored: Session = {
      id,
      account,
      device,
      createdAt: now,
      lastUsedAt: now,
      expiresAt,
      revokedAt: null,
    };
    this.#state.sessions.set(id, stored);
    this.#state.tokens.set(hex(tokenHash), { session: id, replaced: null });
  }

  async rotate(rotation: {
    readonly presented: Bytes;
    readonly next: Bytes;
    readonly now: Timestamp;
    readonly expiresAt: Timestamp;
    readonly graceMs: number;
  }): Promise<Rotation> {
    this.#state.ensureOpen('rotate');
    const { now, expiresAt, graceMs } = rotation;
    const token = this.#state.tokens.get(hex(rotation.presented));
    const session = token && this.#state.sessions.get(token.session);
    if (!session || session.revokedAt !== null) return { code: 'unknown' };
    if (session.expiresAt <= now) return { code: 'expired' };
    const next = hex(rotation.next);
    if (token.replaced) {
      const { by, at } = token.replaced;
      const isCurrent = this.#state.tokens.get(by)?.replaced === null;
      if (by === next && isCurrent && now - at <= graceMs)
        return { code: 'rotated', session: { ...session } };
      revokeSession(this.#state, session.id, now);
      return { code: 'reused', session: { ...session, revokedAt: now } };
    }
    if (this.#state.tokens.has(next)) return { code: 'taken' };
    token.replaced = { by: next, at: now };
    this.#state.tokens.set(next, { session: session.id, replaced: null });
    const renewed: Session = { ...session, lastUsedAt: now, expiresAt };
    this.#state.sessions.set(session.id, renewed);
    return { code: 'rotated', session: { ...renewed } };
  }

  async find(id: SessionId): Promise<Session | null> {
    this.#state.ensureOpen('find');
    const session = this.#state.sessions.get(id);
    return session ? { ...session } : null;
  }

  async list(account: AccountId, now: Timestamp): Promise<readonly Session[]> {
    this.#state.ensureOpen('list');
    return [...this.#state.sessions.values()]
      .filter((session) => session.account === account && session.revokedAt === null)
      .filter(({ expiresAt }) => expiresAt > now)
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .map((session) => ({ ...session }));
  }

  async revoke(sessions: readonly SessionId[], now: Timestamp): Promise<readonly SessionId[]> {
    this.#state.ensureOpen('revoke');
    return sessions.filter((id) => revokeSession(this.#state, id, now));
  }

  async revokedSince(since: Timestamp): Promise<readonly SessionId[]> {
    this.#state.ensureOpen('revokedSince');
    const revoked = [...this.#state.sessions.values()].filter(
      ({ revokedAt }) => revokedAt !== null && revokedAt >= since,
    );
    return revoked.map(({ id }) => id);
  }

  async forget(before: Timestamp, limit: number): Promise<number> {
    this.#state.ensureOpen('forget');
    const { sessions, tokens } = this.#state;
    const ended = [...sessions.values()]
      .filter(({ expiresAt, revokedAt }) => Math.min(expiresAt, revokedAt ?? expiresAt) < before)
      .slice(0, limit);
    for (const { id } of ended) {
      sessions.delete(id);
      for (const [hash, { session }] of tokens) if (session === id) tokens.delete(hash);
    }
    return ended.length;
  }
}
