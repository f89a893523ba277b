import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { deviceCertificateBytes, socketParser, toBase64url } from '@sealpost/protocol';
import { io, type Socket } from 'socket.io-client';

export const password = 'correct horse battery';
export const suite = 'plain-1';

export interface Person {
  readonly handle: string;
  readonly account: string;
  readonly device: string;
  readonly session: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accountKey: RawKey;
}

/** A call with JSON bodies; answers the status and the parsed body. */
export async function call(
  url: string,
  [method, path]: readonly [string, string],
  { token, body }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<{ status: number; value: unknown }> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, value: await response.json() };
}

/** What the call answers; rejects when it is refused. */
export async function answered<T>(...sent: Parameters<typeof call>): Promise<T> {
  const { status, value } = await call(...sent);
  if (status !== 200) throw new Error(`${sent[1].join(' ')}: ${status} ${JSON.stringify(value)}`);
  return value as T;
}

export interface RawKey {
  readonly publicKey: Uint8Array;
  readonly sign: (bytes: Uint8Array) => string;
}

export const rawKey = (): RawKey => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: new Uint8Array(
      Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
    ),
    sign: (bytes) => toBase64url(new Uint8Array(sign(null, bytes, privateKey))),
  };
};

/** An account with one certified device, logged in. */
export async function aPerson(url: string, name = 'person'): Promise<Person> {
  const handle = `${name}-${randomUUID().slice(0, 8)}`;
  const pending = await answered<Person>(url, ['POST', '/v1/accounts'], {
    body: { handle, password, deviceName: 'laptop' },
  });
  const [accountKey, deviceKey, certifiedAt] = [rawKey(), rawKey(), Date.now()];
  const claim = {
    accountId: pending.account,
    deviceId: pending.device,
    signatureKey: deviceKey.publicKey,
    createdAtMs: certifiedAt,
  };
  await answered(url, ['PUT', '/v1/devices/current/certificate'], {
    token: pending.accessToken,
    body: {
      accountKey: toBase64url(accountKey.publicKey),
      signatureKey: toBase64url(deviceKey.publicKey),
      certificate: accountKey.sign(deviceCertificateBytes(claim) ?? new Uint8Array()),
      certifiedAt,
    },
  });
  const body = { refreshToken: pending.refreshToken, next: null };
  return {
    handle,
    accountKey,
    ...(await answered<Omit<Person, 'handle' | 'accountKey'>>(
      url,
      ['POST', '/v1/sessions/refresh'],
      { body },
    )),
  };
}

/** Leaves `count` one-time key bundles. */
export async function leaveBundles(
  url: string,
  { accessToken: token }: Person,
  count: number,
): Promise<void> {
  const oneTime = Array.from({ length: count }, () => {
    const bytes = randomBytes(40);
    const ref = createHash('sha256').update(bytes).digest('hex');
    return { ref, body: bytes.toString('base64url'), expiresAt: Date.now() + 3_600_000 };
  });
  await answered(url, ['POST', '/v1/keys/bundles'], {
    token,
    body: { suite, oneTime, lastResort: null },
  });
}

/** What a connection heard, in order. */
export interface Connected {
  readonly socket: Socket;
  /** The next event of that name, also one that came before. */
  heard(event: string): Promise<Record<string, unknown>>;
}

export function connect(url: string, auth: Readonly<Record<string, unknown>>): Connected {
  const socket = io(url, {
    parser: socketParser,
    transports: ['websocket'],
    auth,
    reconnection: false,
    forceNew: true,
  });
  const events: { name: string; payload: Record<string, unknown> }[] = [];
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  const take = (name: string, payload: Record<string, unknown>): void => {
    const waits = waiting.get(name);
    waiting.delete(name);
    if (waits) waits(payload);
    else events.push({ name, payload });
  };
  socket.onAny(take);
  socket.on('disconnect', (reason) => take('disconnect', { reason }));
  socket.on('connect_error', (error) =>
    take('connect_error', { ...error, message: error.message }),
  );
  return {
    socket,
    heard: (event) => {
      const at = events.findIndex(({ name }) => name === event);
      const [found] = at < 0 ? [] : events.splice(at, 1);
      return found
        ? Promise.resolve(found.payload)
        : new Promise((resolve) => waiting.set(event, resolve));
    },
  };
}

/** A device's connection, past its introduction. */
export async function connected(url: string, { accessToken }: Person): Promise<Connected> {
  const connection = connect(url, { protocol: 1, accessToken, suites: [suite] });
  await connection.heard('caught_up');
  return connection;
}
