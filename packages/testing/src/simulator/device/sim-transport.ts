import {
  type CallInput,
  type Connection,
  type ConnectionListener,
  NoAnswer,
  type Transport,
} from '@sealpost/client';
import type { Result } from '@sealpost/domain';
import {
  type AnswerOf,
  type CallName,
  calls,
  type Calls,
  type ClientAnswer,
  type ClientEvents,
  type ClientPayload,
  decodeMsgpack,
  encodeMsgpack,
  type Handshake,
  type ServerEvents,
  type ServerPayload,
  type WireRefusal,
} from '@sealpost/protocol';
import type { ServerPush } from '@sealpost/protocol/edge';
import type { LocalTime } from '../core/local-time.ts';
import type { Network } from '../network/network.ts';

const callTimeoutMs = 30_000;
const ackTimeoutMs = 20_000;
const connectTimeoutMs = 20_000;

/** What the wire makes of a value: its own copy, of plain values and bytes. */
const overTheWire = <T>(value: T): T => decodeMsgpack(encodeMsgpack(value as object)) as T;

/** How a device reaches the deployment: any process, over a network that loses, doubles and delays. */
export class SimTransport implements Transport {
  readonly #network: Network;
  readonly #time: LocalTime;
  readonly #device: number;
  readonly #greeted: () => void;

  /** `greeted` is told when a connection begins for the device. */
  constructor(network: Network, time: LocalTime, device: number, greeted: () => void) {
    this.#network = network;
    this.#time = time;
    this.#device = device;
    this.#greeted = greeted;
  }

  call<N extends CallName>(
    name: N,
    input: CallInput<N>,
    token: string | null,
  ): Promise<Result<AnswerOf<Calls[N]>, WireRefusal>> {
    const { params = {}, query = {}, body } = input;
    const sent = overTheWire({ params, query, ...(body === undefined ? {} : { body }) });
    return new Promise((resolve, reject) => {
      const noAnswer = (): void => reject(new NoAnswer(name));
      const cancel = this.#time.after(callTimeoutMs, noAnswer);
      const answer = (outcome: Result<unknown, unknown>): void => {
        cancel();
        const { ok, ...rest } = overTheWire(outcome);
        if (!ok) return resolve({ ok, ...rest } as never);
        const parsed = calls[name].answer.safeParse((rest as { value: unknown }).value);
        if (parsed.success) resolve({ ok: true, value: parsed.data as AnswerOf<Calls[N]> });
        else noAnswer();
      };
      const refused = (): void => {
        cancel();
        noAnswer();
      };
      const request = { body: undefined, ...sent, name, token };
      this.#network.carry(this.#device, request, { answer, refused });
    });
  }

  connect(handshake: Handshake, listener: ConnectionListener): Connection {
    const link = this.#network.link(this.#device);
    const waiting = new Map<number, (answer: unknown) => void>();
    let requests = 0;
    let open = true;
    const over = (refusal: WireRefusal | null): void => {
      if (!open) return;
      open = false;
      cancelPatience();
      for (const answer of waiting.values()) answer(null);
      listener.closed({ refusal });
    };
    const cancelPatience = this.#time.after(connectTimeoutMs, () => {
      link.hangUp('client');
      over(null);
    });
    link.attach('client', {
      receive: (message) => {
        if (!open) return;
        cancelPatience();
        const { request, answer } = message as { request?: number; answer?: unknown };
        if (request !== undefined) return waiting.get(request)?.(answer);
        const { event, payload } = overTheWire(message as ServerPush);
        if (event === 'hello') this.#greeted();
        listener.event(event as keyof ServerEvents, payload as ServerPayload<keyof ServerEvents>);
      },
      over: () => over(null),
    });
    this.#network.knock(this.#device, handshake, link, over);
    return {
      send: <E extends keyof ClientEvents>(name: E, payload: ClientPayload<E>) =>
        new Promise<ClientAnswer<E>>((resolve, reject) => {
          requests += 1;
          const request = requests;
          const answered = (answer: unknown): void => {
            waiting.delete(request);
            cancel();
            if (answer === null) reject(new NoAnswer(name));
            else resolve(overTheWire(answer) as ClientAnswer<E>);
          };
          const cancel = this.#time.after(ackTimeoutMs, () => answered(null));
          waiting.set(request, answered);
          link.say('server', { request, name, payload: overTheWire(payload) });
        }),
      close: () => {
        link.hangUp('client');
        over(null);
      },
    };
  }
}
