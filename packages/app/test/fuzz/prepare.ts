import { type Call, calls } from '@sealpost/protocol';
import { takesBody } from '@sealpost/protocol/reference';
import { rawJson, rawMsgpack } from '@sealpost/testing/hostile';
import type { Prepared } from './http.ts';
import type { CallStep, Dress } from './steps.ts';

interface Input {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** A value as a piece of a URL, whatever it is. */
function piece(value: unknown): string {
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value)
      : typeof value === 'object' && value !== null
        ? rawJson(value)
        : Buffer.from(String(value));
  let text = '';
  for (const byte of bytes.subarray(0, 8_000)) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : value;

function pathOf(call: Call, { params, query }: Input, dress: Dress): string {
  let { path: odd } = dress;
  const path = call.path.replaceAll(/:(\w+)/g, (_, key: string) => {
    const filled = odd ?? piece(memberOf(params, key));
    odd = null;
    return filled;
  });
  const fields = typeof query === 'object' && query !== null ? Object.entries(query) : [];
  const pairs = fields
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${piece(key)}=${piece(value)}`);
  const asked = [...pairs, ...(dress.query === '' ? [] : [dress.query])].join('&');
  return asked === '' ? path : `${path}?${asked}`;
}

function bodyOf(body: unknown, { form, cut }: Dress): Uint8Array {
  const bytes = form === 'json' ? rawJson(body) : rawMsgpack(body);
  return cut < 0
    ? Buffer.concat([bytes, Buffer.alloc(-cut, 0x20)])
    : bytes.subarray(0, Math.max(0, bytes.length - cut));
}

/** In chunks a body has no length; both together is no HTTP, which is tried on raw connections. */
const lengthOf = (body: Uint8Array, { headers }: Dress): Record<string, string> =>
  'transfer-encoding' in headers ? {} : { 'content-length': String(body.length) };

/** The request of a step, as bytes. */
export function prepared(
  { name, dress }: CallStep,
  input: unknown,
  headers: Readonly<Record<string, string>>,
): Prepared {
  const call: Call = calls[name];
  const read = (typeof input === 'object' && input !== null ? input : {}) as Input;
  const body = read.body === undefined && !takesBody(call) ? null : bodyOf(read.body, dress);
  const type = dress.form === 'json' ? 'application/json' : 'application/msgpack';
  return {
    method: call.method,
    path: pathOf(call, read, dress),
    headers: {
      accept: dress.accept,
      ...headers,
      ...(body === null ? {} : { 'content-type': type, ...lengthOf(body, dress) }),
      ...dress.headers,
    },
    body,
  };
}
