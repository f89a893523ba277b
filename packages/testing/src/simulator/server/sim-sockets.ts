import type { Throttle, UseCases } from '@sealpost/domain';
import {
  clientEvents,
  type ClientEvents,
  type Handshake,
  protocolVersion,
  type WireRefusal,
} from '@sealpost/protocol';
import {
  type Admitted,
  admittedBy,
  clientRequests,
  type ClientRequests,
  Introduction,
  OwnSends,
} from '@sealpost/protocol/edge';
import type { LocalTime } from '../core/local-time.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Link } from '../network/link.ts';
import { type Answer, type Desk, retryAfterMs } from './desk.ts';
import type { SimConnection, SimConnections } from './sim-connections.ts';

export interface SocketParts {
  readonly connections: SimConnections;
  readonly useCases: UseCases;
  readonly throttle: Throttle;
  readonly desk: Desk;
  readonly time: LocalTime;
  readonly timeline: Timeline;
  /** Whether the process takes anything new. */
  readonly accepts: () => boolean;
}

interface Sent {
  readonly request: number;
  readonly name: keyof ClientEvents;
  readonly payload: unknown;
}

/** The connections' side of a process: who is let in, what it is told first, and what it sends. */
export class SimSockets {
  readonly #parts: SocketParts;
  readonly #requests: ClientRequests;

  constructor(parts: SocketParts) {
    const { connections, useCases, throttle } = parts;
    this.#parts = parts;
    this.#requests = clientRequests(useCases, throttle);
    connections.left = ({ ref, serial }) => useCases.holdConnections.ended(ref, serial);
  }

  /** Lets a connection in, or says why not. */
  async connect(handshake: Handshake, link: Link): Promise<WireRefusal | null> {
    const { accepts, desk, useCases } = this.#parts;
    if (!accepts()) return { code: 'unavailable', retryAfterMs };
    const admitted = await desk.work('handshake', () =>
      admittedBy(handshake.accessToken ?? '', handshake, useCases),
    );
    if (!admitted.ok) return admitted.error as WireRefusal;
    if (!accepts()) return { code: 'unavailable', retryAfterMs };
    this.#welcome(admitted.value as Admitted, link);
    return null;
  }

  /** Closes the connections whose access token has ended. */
  closeExpired(): void {
    const { connections, time } = this.#parts;
    for (const connection of connections.all())
      if (connection.expiresAt <= time.now()) connections.close(connection, 'token_expired');
  }

  #welcome({ account, device, session, suites, expiresAt }: Admitted, link: Link): void {
    const { connections, time, timeline, useCases } = this.#parts;
    const connection: SimConnection = {
      ref: { account, device },
      session,
      suites,
      expiresAt,
      ownSends: new OwnSends(),
      open: true,
      since: timeline.now,
      serial: 0,
      link: {
        push: (push) => link.say('client', push),
        answer: (request, answer) => link.say('client', { request, answer }),
        close: () => link.hangUp('server'),
        get behind() {
          return link.isBehind;
        },
        get healthy() {
          return link.healthy;
        },
      },
    };
    link.attach('server', {
      receive: (message) => this.#take(connection, message as Sent),
      over: () => connections.gone(connection),
    });
    const incarnation = useCases.incarnation();
    const hello = { protocol: protocolVersion.highest, incarnation, time: time.now() };
    connection.link.push({
      event: 'hello',
      payload: { ...hello, account, device, skipsEcho: true },
    });
    connection.serial = useCases.holdConnections.opened(connection.ref);
    connections.join(connection);
    this.#introduce(connection, new Introduction(connection, suites, useCases));
  }

  #introduce(connection: SimConnection, introduction: Introduction): void {
    if (!connection.open || introduction.done) return;
    const { connections, desk, time } = this.#parts;
    const again = (): void => this.#introduce(connection, introduction);
    introduction.step().then(
      (pushes) => {
        for (const push of pushes) connections.push(connection, push);
        again();
      },
      (fault: unknown) => {
        desk.failed(fault);
        time.after(1_000, again);
      },
    );
  }

  #take(connection: SimConnection, { request, name, payload }: Sent): void {
    if (!connection.open) return;
    void this.#handled(connection, name, payload).then((answer) => {
      if (connection.open) connection.link.answer(request, answer);
    });
  }

  async #handled<E extends keyof ClientEvents>(
    connection: SimConnection,
    name: E,
    payload: unknown,
  ): Promise<Answer> {
    const { accepts, desk, timeline } = this.#parts;
    const since = timeline.now;
    if (!accepts()) return { ok: false, error: { code: 'unavailable', retryAfterMs } };
    const checked = clientEvents[name].payload.parse(payload);
    const request = this.#requests[name] as (
      of: SimConnection,
      payload: unknown,
    ) => Promise<Answer>;
    const answer = await desk.work(name, () => request(connection, checked));
    const { ref, session, expiresAt } = connection;
    const caller = { ...ref, session, certified: true, expiresAt };
    desk.answered({ what: name, caller, asked: checked, since, answer });
    return answer;
  }
}
