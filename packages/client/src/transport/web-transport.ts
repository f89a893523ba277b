import { ok, refuse, type Result } from '@sealpost/domain';
import {
  type AnswerOf,
  type CallName,
  calls,
  type Calls,
  type ClientAnswer,
  clientEvents,
  type ClientEvents,
  decodeMsgpack,
  encodeMsgpack,
  type Handshake,
  protocolVersion,
  refusalBody,
  serverEvents,
  type ServerEvents,
  type ServerPayload,
  socketParser,
  type WireRefusal,
} from '@sealpost/protocol';
import { io } from 'socket.io-client';
import {
  type CallInput,
  type Connection,
  type ConnectionListener,
  NoAnswer,
  type Transport,
} from './transport.port.ts';

/** How long is waited for what, in milliseconds. */
interface Patience {
  /** For a call, with all that it sends and is sent. */
  readonly callMs: number;
  /** For the first of an answer to a call that only reads: it sends next to nothing, so silence is no slow upload. */
  readonly readMs: number;
  /** For the answer to what was sent over the connection. */
  readonly sendMs: number;
}
const usual: Patience = { callMs: 30_000, readMs: 10_000, sendMs: 10_000 };
const msgpack = 'application/msgpack';

/** Parameters of a call are ids, names and numbers. */
type Values = Readonly<Record<string, string | number | undefined>>;

function urlOf(base: string, path: string, params: Values, query: Values): URL {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const url = new URL(filled, base);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

/** HTTP by fetch and the socket by Socket.io: works in browsers and in Node alike. */
export class WebTransport implements Transport {
  readonly #base: string;
  readonly #patience: Patience;

  constructor(serverUrl: string, patience: Patience = usual) {
    this.#base = serverUrl;
    this.#patience = patience;
  }

  async call<N extends CallName>(
    name: N,
    input: CallInput<N>,
    accessToken: string | null,
  ): Promise<Result<AnswerOf<Calls[N]>, WireRefusal>> {
    const { method, path, answer, onlyReads } = calls[name];
    const url = urlOf(
      this.#base,
      path,
      (input.params ?? {}) as Values,
      (input.query ?? {}) as Values,
    );
    const headers: Record<string, string> = {
      accept: msgpack,
      'sealpost-protocol': String(protocolVersion.highest),
    };
    if (accessToken !== null) headers['authorization'] = `Bearer ${accessToken}`;
    if (input.body !== undefined) headers['content-type'] = msgpack;
    const body = input.body === undefined ? null : new Uint8Array(encodeMsgpack(input.body));
    const response = await this.#answered(
      name,
      this.#fetched(url, { method, headers, body }, onlyReads),
    );
    if (response.ok) {
      const parsed = answer.safeParse(response.value);
      if (parsed.success) return ok(parsed.data as AnswerOf<Calls[N]>);
      throw new NoAnswer(name);
    }
    const parsed = refusalBody.safeParse(response.value);
    if (parsed.success) return refuse(parsed.data.error);
    throw new NoAnswer(name);
  }

  connect(handshake: Handshake, listener: ConnectionListener): Connection {
    const socket = io(this.#base, {
      auth: handshake,
      parser: socketParser,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    let open = true;
    const close = (why: WireRefusal | null): void => {
      if (!open) return;
      open = false;
      socket.disconnect();
      listener.closed({ refusal: why });
    };
    for (const name of Object.keys(serverEvents) as (keyof ServerEvents)[]) {
      socket.on(name, (payload: unknown) => {
        const parsed = serverEvents[name].payload.safeParse(payload);
        if (open && parsed.success) listener.event(name, parsed.data as ServerPayload<typeof name>);
      });
    }
    socket.on('disconnect', () => close(null));
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      const parsed = refusalBody.safeParse(error.data);
      close(parsed.success ? parsed.data.error : null);
    });
    return {
      send: (name, payload) => this.#acknowledged(socket, name, payload),
      close: () => close(null),
    };
  }

  async #fetched(url: URL, request: RequestInit, onlyReads: boolean): Promise<Response> {
    const { callMs, readMs } = this.#patience;
    const silent = new AbortController();
    let begun = !onlyReads;
    AbortSignal.timeout(readMs).addEventListener('abort', () => {
      if (!begun) silent.abort();
    });
    const signal = AbortSignal.any([silent.signal, AbortSignal.timeout(callMs)]);
    const response = await fetch(url, { ...request, signal });
    begun = true;
    return response;
  }

  async #answered(
    name: string,
    pending: Promise<Response>,
  ): Promise<{ ok: boolean; value: unknown }> {
    try {
      const response = await pending;
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { ok: response.ok, value: decodeMsgpack(bytes) };
    } catch {
      // Network errors and foreign answers alike: nothing is known of the call.
      throw new NoAnswer(name);
    }
  }

  async #acknowledged<E extends keyof ClientEvents>(
    socket: ReturnType<typeof io>,
    name: E,
    payload: unknown,
  ): Promise<ClientAnswer<E>> {
    const answer: unknown = await socket
      .timeout(this.#patience.sendMs)
      .emitWithAck(name, payload)
      .catch(() => {
        throw new NoAnswer(name);
      });
    const parsed = clientEvents[name].answer.safeParse(answer);
    if (parsed.success) return parsed.data as ClientAnswer<E>;
    throw new NoAnswer(name);
  }
}
