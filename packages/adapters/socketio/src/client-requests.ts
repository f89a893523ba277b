import type { CursorReport, UseCases } from '@sealpost/domain';
import type { ClientAnswer, ClientEvents, ClientPayload } from '@sealpost/protocol';
import type { Connection } from './connection.ts';
import type { DeepReadonly } from '@sealpost/protocol/edge';

export type RequestAnswer<E extends keyof ClientEvents = keyof ClientEvents> = DeepReadonly<
  ClientAnswer<E>
>;

/** What each event of a client does. Faults are thrown. */
export type ClientRequests = {
  readonly [E in keyof ClientEvents]: (
    connection: Connection,
    payload: ClientPayload<E>,
  ) => Promise<RequestAnswer<E>>;
};

const done = { ok: true, value: {} } as const;

export const clientRequests = (
  useCases: Pick<UseCases, 'appendEntry' | 'identifyCaller' | 'moveCursors' | 'sharePresence'>,
): ClientRequests => ({
  async send(connection, payload) {
    const appended = await useCases.appendEntry.execute({
      ...payload,
      kind: 'message',
      sender: connection.ref,
      change: null,
    });
    if (!appended.ok) return appended;
    const { seq, acceptedAt, digest } = appended.value;
    return { ok: true, value: { seq, acceptedAt, digest } };
  },

  async cursors(connection, payload) {
    const reports: readonly CursorReport[] = payload.cursors;
    await useCases.moveCursors.execute(connection.ref, reports);
    return done;
  },

  async typing(connection, payload) {
    const told = await useCases.sharePresence.typing(
      connection.ref,
      payload.conversation,
      payload.payload,
    );
    return told.ok ? done : told;
  },

  async authenticate(connection, { accessToken }) {
    const claims = await useCases.identifyCaller.execute(accessToken);
    const same =
      claims?.account === connection.account &&
      claims.device === connection.device &&
      claims.session === connection.session;
    if (!same) return { ok: false, error: { code: 'unauthenticated' } };
    // Answers may overtake each other; an older token never shortens what a newer one gave.
    connection.expiresAt = Math.max(connection.expiresAt, claims.expiresAt);
    return { ok: true, value: { expiresAt: connection.expiresAt } };
  },
});
