import { JoseAccessTokens } from '@sealpost/adapter-jose';
import type { memoryStores as openStores } from '@sealpost/adapter-memory';
import { SystemClock } from '@sealpost/adapter-system';
import type { SigningKey, SigningKeyStore } from '@sealpost/domain';
import { edgeNames } from '@sealpost/protocol/reference';
import {
  partsOf,
  sealedBy,
  secretOf,
  signedBy,
  type TokenParts,
  withSignature,
} from '@sealpost/testing';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aPerson, connect, type Person } from '../support/people.ts';
import { Browser } from './support/browser.ts';
import { pendingDevice } from './support/devices.ts';
import { aServer, send } from './support/requests.ts';

/** The stores of the servers of this file, newest last: who forges well knows the keys. */
const opened: { readonly signingKeys: SigningKeyStore }[] = [];
vi.mock('@sealpost/adapter-memory', async (load) => {
  const real = await load<{ readonly memoryStores: typeof openStores }>();
  const memoryStores = () => {
    const stores = real.memoryStores();
    opened.push(stores);
    return stores;
  };
  return { ...real, memoryStores };
});

type Door = (url: string, token: string, session: string) => Promise<'in' | 'out'>;

/** Everywhere that a token is taken. */
const doors: Readonly<Record<string, Door>> = {
  header: async (url, token) => {
    const headers = { authorization: `Bearer ${token}` };
    return admitted((await send(url, ['GET', '/v1/devices'], { headers })).status);
  },
  cookie: async (url, token, session) => {
    const headers = { cookie: `${edgeNames.accessCookie}=${session}.${token}` };
    return admitted((await send(url, ['GET', '/v1/devices'], { headers })).status);
  },
  socket: async (url, accessToken) => {
    const { heard, socket } = connect(url, { protocol: 1, accessToken, suites: [] });
    const answer = await Promise.race([
      heard('hello').then(() => 'in' as const),
      heard('connect_error').then(() => 'out' as const),
    ]);
    socket.close();
    return answer;
  },
};

const admitted = (status: number): 'in' | 'out' => {
  expect([200, 401]).toContain(status);
  return status === 200 ? 'in' : 'out';
};

let url: string;
let victim: Person;
let good: TokenParts;
let own: Buffer;
let ownId: string;
let running: JoseAccessTokens;

const seconds = (): number => Date.now() / 1_000;

const keysOfServer = async (): Promise<readonly SigningKey[]> =>
  (await opened.at(-1)?.signingKeys.list()) ?? [];

/** Where the token lets its holder in. */
async function openedBy(token: string): Promise<string[]> {
  const into: string[] = [];
  for (const [name, door] of Object.entries(doors))
    if ((await door(url, token, victim.session)) === 'in') into.push(name);
  return into;
}

beforeEach(async () => {
  const start = vi.spyOn(JoseAccessTokens.prototype, 'start');
  ({ url } = await aServer());
  running = start.mock.contexts[0] as JoseAccessTokens;
  victim = await aPerson(url, 'victim');
  good = partsOf(victim.accessToken);
  const [key = expect.unreachable()] = await keysOfServer();
  own = secretOf(key);
  ownId = key.id;
});
afterEach(() => vi.restoreAllMocks());

const foreign = generateKeyPairSync('ed25519');
const withHeader = (header: Record<string, unknown>): TokenParts => ({
  ...good,
  header: { ...good.header, ...header },
});
const withPayload = (payload: Record<string, unknown>): TokenParts => ({
  ...good,
  payload: { ...good.payload, ...payload },
});

const byForeign = (header: Record<string, unknown>): string =>
  signedBy(foreign.privateKey, withHeader({ alg: 'EdDSA', ...header }));

describe('a forged access token', () => {
  it('would open every door if it were signed by the key of the server', async () => {
    expect(await openedBy(sealedBy(own, good))).toEqual(['header', 'cookie', 'socket']);
    const other = withPayload({ exp: seconds() + 60, iat: seconds() });
    expect(await openedBy(sealedBy(own, other))).toEqual(['header', 'cookie', 'socket']);
  });

  it.each<[string, () => string]>([
    ['the algorithm none and no signature', () => withSignature(withHeader({ alg: 'none' }), '')],
    ['the algorithm None and the old signature', () => withSignature(withHeader({ alg: 'None' }))],
    ['no algorithm', () => sealedBy(own, withHeader({ alg: undefined }))],
    ['no signature', () => withSignature(good, '')],
    ['half of its signature', () => withSignature(good, good.signature.slice(0, 22))],
    ['the algorithm HS512', () => sealedBy(own, withHeader({ alg: 'HS512' }), 'sha512')],
    ['the algorithm EdDSA, sealed by ours', () => sealedBy(own, withHeader({ alg: 'EdDSA' }))],
    ['a secret of nothing', () => sealedBy('', good)],
    ['the id of the key as its secret', () => sealedBy(ownId, good)],
    ['the text of the secret as its secret', () => sealedBy(own.toString('base64url'), good)],
  ])('with %s opens no door', async (_name, forge) => {
    expect(await openedBy(forge())).toEqual([]);
  });

  it.each<[string, () => string]>([
    ['by a foreign key under the id of ours', () => byForeign({})],
    ['by a foreign key under an id of its own', () => byForeign({ kid: 'f'.repeat(32) })],
    [
      'by a foreign key under an id that is a path',
      () => byForeign({ kid: '../../../../dev/null' }),
    ],
    ['by a foreign key under an id that is a query', () => byForeign({ kid: "' or '1' = '1" })],
    [
      'by a foreign key that the header brings along',
      () => byForeign({ jwk: foreign.publicKey.export({ format: 'jwk' }), kid: undefined }),
    ],
    [
      'by a foreign key to which the header points',
      () => byForeign({ jku: `${url}/keys`, x5u: `${url}/keys` }),
    ],
    [
      'by a secret that the header brings along',
      () => sealedBy('ours', withHeader({ jwk: { kty: 'oct', k: 'b3Vycw' }, kid: undefined })),
    ],
    ['by a foreign secret under the id of ours', () => sealedBy(Buffer.alloc(32, 1), good)],
  ])('signed %s opens no door', async (_name, forge) => {
    expect(await openedBy(forge())).toEqual([]);
  });

  it.each<[string, () => TokenParts]>([
    ['has expired', () => withPayload({ exp: seconds() - 1 })],
    ['never expires', () => withPayload({ exp: undefined })],
    ['is not valid yet', () => withPayload({ nbf: seconds() + 60 })],
    ['was made for another audience', () => withPayload({ aud: 'other' })],
    ['was made for no audience', () => withPayload({ aud: undefined })],
    ['was made by another issuer', () => withPayload({ iss: 'other' })],
    ['was made by no issuer', () => withPayload({ iss: undefined })],
    ['was made for another purpose', () => withHeader({ typ: 'JWT' })],
    ['names another purpose of ours', () => withHeader({ typ: 'sealpost-refresh+jwt' })],
    ['names no purpose', () => withHeader({ typ: undefined })],
    ['needs what nobody knows', () => withHeader({ crit: ['exp2'], exp2: 1 })],
    ['names no account', () => withPayload({ sub: undefined })],
    ['names no session', () => withPayload({ sid: undefined })],
  ])('that %s opens no door, although the key of the server signed it', async (_name, made) => {
    expect(await openedBy(sealedBy(own, made()))).toEqual([]);
  });

  it('altered to name another account, device or session keeps no good signature', async () => {
    const other = await aPerson(url, 'other');
    for (const change of [
      { sub: other.account },
      { device: other.device },
      { sid: other.session },
      { sub: other.account, device: other.device, sid: other.session },
      { exp: seconds() + 86_400 },
    ])
      expect(await openedBy(withSignature(withPayload(change)))).toEqual([]);
  });

  it('altered to say that a pending device is certified opens no door', async () => {
    const pending = await pendingDevice(url, victim);
    const parts = partsOf(pending.accessToken);
    expect(parts.payload['certified']).toBe(false);
    const altered = { ...parts, payload: { ...parts.payload, certified: true } };
    expect(await openedBy(withSignature(altered))).toEqual([]);
  });

  it('by a key that was rotated out opens no door, for whoever has the key', async () => {
    await running.rotate(Date.now());
    const later = vi.spyOn(SystemClock.prototype, 'now');
    const ahead = 3_600_000;
    later.mockImplementation(() => Date.now() + ahead);
    const lasting = withPayload({ iat: seconds(), exp: seconds() + 2 * 3_600 });
    expect(await openedBy(sealedBy(own, lasting))).toEqual(['header', 'cookie', 'socket']);
    // Once no token by it can be alive; every process does this twice a minute.
    await running.refresh();
    expect(await keysOfServer()).toHaveLength(1);
    expect(await openedBy(sealedBy(own, lasting))).toEqual([]);
  });

  it('from another deployment opens no door', async () => {
    const elsewhere = await aServer();
    const person = await aPerson(elsewhere.url);
    expect(await openedBy(person.accessToken)).toEqual([]);
    const [key = expect.unreachable()] = await keysOfServer();
    expect(await openedBy(sealedBy(secretOf(key), good))).toEqual([]);
  });

  it('is not made of any other secret that a client holds', async () => {
    const browser = await Browser.registered(url);
    const secrets = [victim.refreshToken, victim.session, browser.csrf, browser.session];
    for (const cookie of browser.held.values()) secrets.push(cookie);
    for (const secret of secrets) expect(await openedBy(secret)).toEqual([]);
  });
});
