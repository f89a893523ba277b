import type { CursorReport, Throttle, UseCases } from '@sealpost/domain';
import type { ClientAnswer, ClientEvents, ClientPayload } from '../../index.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import type { Requester } from './requester.ts';
import { eventLimits } from '../limits/event-limits.ts';
import { type Limit, taken } from '../limits/limit.ts';

export type RequestAnswer<E extends keyof ClientEvents = keyof ClientEvents> = DeepReadonly<
  ClientAnswer<E>
>;

/** What each event of a client does: nothing, when it comes too often or its session is revoked. Faults are thrown. */
export type ClientRequests = {
  readonly [E in keyof ClientEvents]: (
    requester: Requester,
    payload: ClientPayload<E>,
  ) => Promise<RequestAnswer<E>>;
};

const done = { ok: true, value: {} } as const;
const refused = { ok: false, error: { code: 'unauthenticated' } } as const;

type EventUseCases = Pick<
  UseCases,
  'appendEntry' | 'identifyCaller' | 'incarnation' | 'moveCursors' | 'sharePresence'
>;

const unlimited = (useCases: EventUseCases): ClientRequests => ({
  async send({ ref, ownSends }, payload) {
    const { conversation, clientId, skipEcho = false } = payload;
    const incarnation = useCases.incarnation();
    if (skipEcho) ownSends.add(conversation, clientId);
    const appended = await useCases.appendEntry.execute({
      conversation,
      kind: 'message',
      class: payload.class,
      sender: ref,
      clientId,
      after: payload.after,
      generation: payload.generation,
      epoch: payload.epoch,
      change: null,
      blobs: payload.blobs,
      parts: payload.parts,
    });
    const loud = appended.ok ? appended.value.loud : null;
    // What was sent before is told by the log alone: others may have pushed it, to other connections.
    if (loud === null) ownSends.delete(conversation, clientId);
    if (!appended.ok) return appended;
    const { seq, acceptedAt, digest } = appended.value;
    const value = { seq, acceptedAt, digest };
    if (!skipEcho || loud === null || incarnation !== useCases.incarnation())
      return { ok: true, value };
    return { ok: true, value: { ...value, place: { incarnation, loud } } };
  },

  async cursors(requester, payload) {
    const reports: readonly CursorReport[] = payload.cursors;
    await useCases.moveCursors.execute(requester.ref, reports);
    return done;
  },

  async typing(requester, payload) {
    const told = await useCases.sharePresence.typing(
      requester.ref,
      payload.conversation,
      payload.payload,
    );
    return told.ok ? done : told;
  },

  async authenticate(requester, { accessToken }) {
    const claims = await useCases.identifyCaller.execute(accessToken);
    const same =
      claims?.account === requester.ref.account &&
      claims.device === requester.ref.device &&
      claims.session === requester.session;
    if (!same) return refused;
    // Answers may overtake each other; an older token never shortens what a newer one gave.
    requester.expiresAt = Math.max(requester.expiresAt, claims.expiresAt);
    return { ok: true, value: { expiresAt: requester.expiresAt } };
  },
});

type AnyRequest = (requester: Requester, payload: unknown) => Promise<RequestAnswer>;

export function clientRequests(useCases: EventUseCases, throttle: Throttle): ClientRequests {
  const limited = Object.entries(unlimited(useCases)).map(([event, work]) => {
    // The compiler cannot follow from name to name that these belong together.
    const limit = eventLimits[event as keyof ClientEvents] as Limit<unknown>;
    const request: AnyRequest = async (requester, payload) => {
      const free = await taken(limit, { requester, payload }, throttle);
      if (!free.ok) return free as RequestAnswer;
      const live = useCases.identifyCaller.isLive(requester.session);
      const isLive = live instanceof Promise ? await live : live;
      return isLive ? await (work as AnyRequest)(requester, payload) : refused;
    };
    return [event, request];
  });
  return Object.fromEntries(limited) as ClientRequests;
}
