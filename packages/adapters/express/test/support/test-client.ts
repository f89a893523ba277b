import {
  type AnswerOf,
  type BodyOf,
  type CallName,
  calls,
  type Calls,
  decodeMsgpack,
  encodeMsgpack,
  type ParamsOf,
  type QueryOf,
  type WireRefusal,
} from '@sealpost/protocol';
import type { z } from 'zod';

export const msgpack = 'application/msgpack';
export const json = 'application/json';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The body as its content type says. */
  readonly value: unknown;
}

export interface Sent<N extends CallName> {
  readonly params?: ParamsOf<Calls[N]>;
  readonly query?: Partial<QueryOf<Calls[N]>>;
  readonly body?: BodyOf<Calls[N]>;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function pathOf(path: string, params: object, query: object): string {
  const values = params as Record<string, string>;
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  );
  const search = new URLSearchParams(
    Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
  );
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

async function valueOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (type === msgpack) return decodeMsgpack(bytes);
  const text = new TextDecoder().decode(bytes);
  return type.startsWith(json) ? (JSON.parse(text) as unknown) : text;
}

/** Speaks MessagePack; counts the calls that were answered as asked. */
export class TestClient {
  readonly succeeded = new Set<CallName>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async request(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: Uint8Array | string } = {},
  ): Promise<Reply> {
    const body = typeof init.body === 'object' ? new Uint8Array(init.body) : (init.body ?? null);
    const response = await fetch(this.#url + path, { method, headers: init.headers ?? {}, body });
    return { status: response.status, headers: response.headers, value: await valueOf(response) };
  }

  send<N extends CallName>(name: N, sent: Sent<N>): Promise<Reply> {
    const { method, path } = calls[name];
    const headers: Record<string, string> = { accept: msgpack, ...sent.headers };
    if (sent.token !== undefined) headers['authorization'] = `Bearer ${sent.token}`;
    if (sent.body === undefined)
      return this.request(method, pathOf(path, sent.params ?? {}, sent.query ?? {}), { headers });
    headers['content-type'] ??= msgpack;
    return this.request(method, pathOf(path, sent.params ?? {}, sent.query ?? {}), {
      headers,
      body: encodeMsgpack(sent.body),
    });
  }

  /** The answer, held against the call's schema. */
  async call<N extends CallName>(name: N, sent: Sent<N>): Promise<AnswerOf<Calls[N]>> {
    const { status, value } = await this.send(name, sent);
    if (status !== 200) throw new Error(`${name} was refused: ${JSON.stringify(value)}`);
    const answer = (calls[name].answer as z.ZodType).parse(value) as AnswerOf<Calls[N]>;
    this.succeeded.add(name);
    return answer;
  }

  /** The refusal, with its status. */
  async refusal<N extends CallName>(
    name: N,
    sent: Sent<N>,
  ): Promise<{ status: number } & WireRefusal> {
    const { status, value } = await this.send(name, sent);
    if (status === 200) throw new Error(`${name} was not refused`);
    return { status, ...(value as { error: WireRefusal }).error };
  }
}
