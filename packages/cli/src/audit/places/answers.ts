import { type Transport, WebTransport } from '@sealpost/client';
import type { Canaries } from '../canaries.ts';
import type { PlacedValue, Source } from './source.ts';

interface Request {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown): Request => ({
  method: 'POST',
  path,
  headers: json,
  body: JSON.stringify(body),
});

/** What a client may get wrong, with a canary wherever it says something. Named by what is wrong. */
function mistakes(canaries: Canaries, token: string): Readonly<Record<string, Request>> {
  const word = canaries.word('part of a refused call');
  const text = canaries.text('part of a refused call');
  const bearer = { authorization: `Bearer ${token}` };
  const who = { handle: canaries.handle(), password: text, deviceName: text };
  return {
    'an unknown call': { path: `/${word}?${new URLSearchParams({ [word]: text }).toString()}` },
    'a path that is not UTF-8': { path: `/v1/accounts/by-handle/%ff${word}`, headers: bearer },
    'an unknown handle': { path: `/v1/accounts/by-handle/${word.toLowerCase()}`, headers: bearer },
    'a long id': { path: `/v1/conversations/${word.repeat(20)}/receipts`, headers: bearer },
    'a foreign query': {
      path: `/v1/conversations?after=${word}&limit=${word}`,
      headers: bearer,
    },
    'a foreign token': { path: '/v1/account', headers: { authorization: `Bearer ${word}` } },
    'a foreign cookie': { path: '/v1/account', headers: { cookie: `session=${word}; ${word}=1` } },
    'a foreign version': { path: '/v1/server', headers: { 'sealpost-protocol': word } },
    'a foreign type': { ...post('/v1/accounts', who), headers: { 'content-type': `text/${word}` } },
    'no JSON': { ...post('/v1/accounts', null), body: `{"handle": "${word}` },
    'a foreign field': post('/v1/accounts', { ...who, [word]: text }),
    'a wrong type': post('/v1/accounts', { ...who, handle: { [word]: [text] } }),
    'an invalid handle': post('/v1/accounts', { ...who, handle: text }),
    'a short password': post('/v1/accounts', { ...who, password: 'short' }),
    'a wrong password': post('/v1/sessions', { ...who, proof: null }),
    'a foreign refresh token': post('/v1/sessions/refresh', { refreshToken: word, next: text }),
    'an entry that is none': {
      ...post(`/v1/conversations/${word.slice(0, 20)}/entries`, { kind: word, parts: [text] }),
      headers: { ...json, ...bearer },
    },
  };
}

async function answered(url: string, { path, ...request }: Request): Promise<Uint8Array> {
  const response = await fetch(url + path, request);
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return Buffer.concat([
    Buffer.from(`${response.status} ${response.statusText}\n${headers}\n\n`),
    new Uint8Array(await response.arrayBuffer()),
  ]);
}

/** What a connection that must be refused is told. */
function refusedConnection(transport: Transport, accessToken: string): Promise<Uint8Array> {
  return new Promise((resolve) => {
    transport.connect(
      { protocol: 1, accessToken, suites: [] },
      {
        event: () => undefined,
        closed: ({ refusal }) => resolve(Buffer.from(JSON.stringify(refusal))),
      },
    );
  });
}

/** Makes every mistake on a server; what it answers is searched, and its log has to stay silent about it. */
export async function refusals(url: string, canaries: Canaries, token: string): Promise<Source> {
  const values: PlacedValue[] = [];
  for (const [name, request] of Object.entries(mistakes(canaries, token)))
    values.push({ place: `answer to ${name}`, bytes: await answered(url, request) });
  const connecting = refusedConnection(new WebTransport(url), canaries.word('foreign token'));
  values.push({ place: 'answer to a connection with a foreign token', bytes: await connecting });
  return held('answer', values);
}

/** The figures for operators. */
export const metrics = async (url: string): Promise<Source> =>
  held('metrics', [{ place: 'metrics', bytes: await answered(url, { path: '/metrics' }) }]);

const held = (kind: Source['kind'], values: readonly PlacedValue[]): Source => ({
  kind,
  async *values() {
    yield* values;
  },
});
