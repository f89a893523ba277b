import { generateKeyPairSync } from 'node:crypto';
import { fc, it } from '@fast-check/vitest';
import { AdapterFailure, type AccessClaims } from '@sealpost/domain';
import { beforeEach, describe, expect } from 'vitest';
import { JoseAccessTokens } from './jose-access-tokens.ts';
import {
  partsOf,
  sealedBy,
  secretOf,
  signedBy,
  withSignature,
  type TokenParts,
} from '@sealpost/testing';
import { random, TestClock, TestSigningKeys } from '../test/signing-keys.ts';

const accessTokenMs = 600_000;
const rotateAfterMs = 30 * 24 * 3_600_000;

let store: TestSigningKeys;
let clock: TestClock;
let tokens: JoseAccessTokens;

const process = () => new JoseAccessTokens({ store, clock, random, accessTokenMs, rotateAfterMs });

const claims = (): AccessClaims => ({
  account: 'account-1',
  device: 'device-1',
  session: 'session-1',
  certified: true,
  expiresAt: clock.now() + accessTokenMs,
});

const verified = (token: string, by = tokens) => by.verify(token, clock.now());

beforeEach(() => {
  store = new TestSigningKeys();
  clock = new TestClock();
  tokens = process();
});

describe('JoseAccessTokens', () => {
  it('gives back the claims, in another process too', async () => {
    const token = await tokens.issue({ ...claims(), certified: false });
    expect(await verified(token)).toEqual({ ...claims(), certified: false });
    expect(await verified(token, process())).toEqual({ ...claims(), certified: false });
  });

  it('refuses a token from the millisecond of its end on', async () => {
    const { expiresAt } = claims();
    const token = await tokens.issue(claims());
    expect(await tokens.verify(token, expiresAt - 1)).not.toBeNull();
    expect(await tokens.verify(token, expiresAt)).toBeNull();
  });

  it('makes a successor, once, for a key that has signed long enough', async () => {
    await tokens.issue(claims());
    clock.advance(rotateAfterMs - 1);
    await tokens.refresh();
    expect(await store.list()).toHaveLength(1);
    clock.advance(1);
    const before = await tokens.issue(claims());
    await tokens.refresh();
    await process().refresh();
    expect(await store.list()).toHaveLength(2);
    expect(await verified(before)).not.toBeNull();
  });

  it('does not touch the store for a key that it knows', async () => {
    const token = await tokens.issue(claims());
    const { lists } = store;
    clock.advance(599_000);
    for (let i = 0; i < 20; i += 1) expect(await verified(token)).not.toBeNull();
    expect(store.lists).toBe(lists);
  });

  it('names nothing but the ids in a token', async () => {
    const { header, payload } = partsOf(await tokens.issue(claims()));
    expect(header).toEqual({ alg: 'HS256', typ: 'sealpost-access+jwt', kid: store.keys[0]?.id });
    expect(payload).toEqual({
      sub: 'account-1',
      device: 'device-1',
      sid: 'session-1',
      certified: true,
      iat: 1_790_000_000.123,
      exp: 1_790_000_600.123,
      iss: 'sealpost',
      aud: 'sealpost',
    });
  });

  it.prop([
    fc.oneof(
      fc.string(),
      fc.array(fc.base64String()).map((parts) => parts.join('.')),
    ),
  ])('refuses whatever is no token', async (text) => {
    expect(await verified(text)).toBeNull();
  });

  it('passes on that the store failed, and neither accepts nor refuses', async () => {
    const token = await tokens.issue(claims());
    const failure = new AdapterFailure({
      adapter: 'test',
      operation: 'list',
      retryable: true,
      detail: 'down',
    });
    store.list = () => Promise.reject(failure);
    await expect(verified(token, process())).rejects.toBe(failure);
    expect(await verified(token)).not.toBeNull();
  });

  it.each([
    '{"kty":"oct","k":"SECRET"',
    '{"kty":"oct","k":"SECRET"}',
    '{"kty":"oct"}',
    `{"kty":"RSA","k":"SECRET${'A'.repeat(37)}"}`,
    '{"kty":"OKP","crv":"Ed25519","x":"SECRET","d":"SECRET"}',
  ])('tells nothing of a stored key that it cannot read: %s', async (secretJwk) => {
    store.keys = [{ id: 'broken', secretJwk, createdAt: 1 }];
    const failure: unknown = await tokens.issue(claims()).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AdapterFailure);
    expect(`${String(failure)}${JSON.stringify(failure)}`).not.toContain('SECRET');
  });
});

describe('JoseAccessTokens against forged tokens', () => {
  let good: TokenParts;
  beforeEach(async () => {
    good = partsOf(await tokens.issue(claims()));
  });

  const own = () => secretOf(store.keys[0] ?? expect.unreachable());
  const foreign = generateKeyPairSync('ed25519');
  const withHeader = (header: Record<string, unknown>): TokenParts => ({
    ...good,
    header: { ...good.header, ...header },
  });
  const withPayload = (payload: Record<string, unknown>): TokenParts => ({
    ...good,
    payload: { ...good.payload, ...payload },
  });

  it('accepts what is signed by the right key, so that the refusals below mean something', async () => {
    expect(await verified(sealedBy(own(), good))).toEqual(claims());
  });

  it.each([
    [
      'with another account and the old signature',
      () => withSignature(withPayload({ sub: 'account-2' })),
    ],
    ['without signature', () => withSignature(good, '')],
    [
      'with the algorithm none and no signature',
      () => withSignature(withHeader({ alg: 'none' }), ''),
    ],
    [
      'with the algorithm NONE and the old signature',
      () => withSignature(withHeader({ alg: 'NONE' })),
    ],
    ['without algorithm', () => sealedBy(own(), withHeader({ alg: undefined }))],
    [
      'with a longer HMAC by our secret',
      () => sealedBy(own(), withHeader({ alg: 'HS512' }), 'sha512'),
    ],
    ['with a longer HMAC that claims to be ours', () => sealedBy(own(), good, 'sha512')],
    ['with half of its HMAC', () => withSignature(good, good.signature.slice(0, 22))],
    ['with an HMAC keyed by nothing', () => sealedBy('', good)],
    ['with an HMAC keyed by the id of the key', () => sealedBy(store.keys[0]?.id ?? '', good)],
    ['with an HMAC keyed by another secret', () => sealedBy(Buffer.alloc(32, 1), good)],
    [
      'with our HMAC that claims to be a signature',
      () => sealedBy(own(), withHeader({ alg: 'EdDSA' })),
    ],
    [
      'signed by a foreign key under our id',
      () => signedBy(foreign.privateKey, withHeader({ alg: 'EdDSA' })),
    ],
    ['signed by a foreign key that claims to be ours', () => signedBy(foreign.privateKey, good)],
    [
      'signed by a foreign key that the header brings along',
      () => {
        const jwk = foreign.publicKey.export({ format: 'jwk' });
        return signedBy(foreign.privateKey, withHeader({ alg: 'EdDSA', jwk, kid: undefined }));
      },
    ],
    [
      'with an HMAC keyed by a secret that the header brings along',
      () => sealedBy('ours', withHeader({ jwk: { kty: 'oct', k: 'b3Vycw' }, kid: undefined })),
    ],
    ['with an unknown id of the key', () => sealedBy(own(), withHeader({ kid: 'unknown' }))],
    ['with an id of the key that is no text', () => sealedBy(own(), withHeader({ kid: 1 }))],
    ['of another type', () => sealedBy(own(), withHeader({ typ: 'JWT' }))],
    ['without type', () => sealedBy(own(), withHeader({ typ: undefined }))],
    [
      'with a critical header that nobody knows',
      () => sealedBy(own(), withHeader({ crit: ['x'], x: 1 })),
    ],
    ['of another issuer', () => sealedBy(own(), withPayload({ iss: 'other' }))],
    ['for another audience', () => sealedBy(own(), withPayload({ aud: 'other' }))],
    ['without end', () => sealedBy(own(), withPayload({ exp: undefined }))],
    ['with an end that is text', () => sealedBy(own(), withPayload({ exp: '9999999999' }))],
    ['not valid yet', () => sealedBy(own(), withPayload({ nbf: 9_999_999_999 }))],
    ['without account', () => sealedBy(own(), withPayload({ sub: undefined }))],
    ['with an account that is no text', () => sealedBy(own(), withPayload({ sub: ['a'] }))],
    ['without device', () => sealedBy(own(), withPayload({ device: '' }))],
    ['without session', () => sealedBy(own(), withPayload({ sid: undefined }))],
    [
      'without word whether the device is certified',
      () => sealedBy(own(), withPayload({ certified: 'yes' })),
    ],
    ['of great length', () => sealedBy(own(), withPayload({ more: 'a'.repeat(3_000) }))],
  ])('refuses a token %s', async (_name, forge) => {
    expect(await verified(forge())).toBeNull();
  });
});

describe('JoseAccessTokens with several keys and processes', () => {
  it('takes one key when 16 processes start at once', async () => {
    const processes = Array.from({ length: 16 }, process);
    await Promise.all(processes.map((each) => each.start()));
    expect(store.keys).toHaveLength(1);
    const issued = await Promise.all(processes.map((each) => each.issue(claims())));
    for (const each of processes) {
      for (const token of issued) expect(await verified(token, each)).toEqual(claims());
    }
  });

  it('signs by the new key after a rotation and still verifies by the old one', async () => {
    const before = await tokens.issue(claims());
    await tokens.rotate(clock.now());
    const after = await tokens.issue(claims());
    expect(partsOf(after).header['kid']).not.toBe(partsOf(before).header['kid']);
    expect(await verified(before)).not.toBeNull();
    expect(await verified(after)).not.toBeNull();
  });

  it('rotates once when 8 processes do it at once', async () => {
    await tokens.start();
    await Promise.all(Array.from({ length: 8 }, () => process().rotate(clock.now())));
    expect(store.keys).toHaveLength(2);
  });

  it('makes the new key the newer one, also when the clock was set back', async () => {
    await tokens.start();
    await tokens.rotate(5);
    const [newest, older] = store.keys;
    expect(newest?.createdAt).toBeGreaterThan(older?.createdAt ?? Infinity);
  });

  it('follows the rotation of another process within 30 s when it signs', async () => {
    await tokens.start();
    await process().rotate(clock.now());
    clock.advance(30_000);
    expect(partsOf(await tokens.issue(claims())).header['kid']).toBe(store.keys[0]?.id);
  });

  it('removes an old key once no token by it can be alive, and not before', async () => {
    const laggard = process();
    await laggard.start();
    await tokens.rotate(clock.now());
    clock.advance(29_999);
    const last = await laggard.issue(claims());
    expect(partsOf(last).header['kid']).toBe(store.keys[1]?.id);
    clock.advance(accessTokenMs - 1);
    await tokens.refresh();
    expect(await verified(last)).not.toBeNull();
    clock.advance(30_003);
    await tokens.refresh();
    expect(store.keys).toHaveLength(1);
    expect(await tokens.verify(last, clock.now() - 60_000)).toBeNull();
  });

  it('learns a key that it does not know from the first token by it', async () => {
    await tokens.start();
    const other = process();
    await other.rotate(clock.now());
    expect(await verified(await other.issue(claims()))).toEqual(claims());
  });

  it('asks the store for unknown keys once a second, whatever tokens come', async () => {
    await tokens.start();
    const good = partsOf(await tokens.issue(claims()));
    const { lists } = store;
    const flood = () =>
      Promise.all(
        Array.from({ length: 50 }, () =>
          verified(withSignature({ ...good, header: { ...good.header, kid: random.id() } })),
        ),
      );
    expect(new Set(await flood())).toEqual(new Set([null]));
    await flood();
    clock.advance(999);
    await flood();
    expect(store.lists - lists).toBe(1);
    clock.advance(1);
    await flood();
    expect(store.lists - lists).toBe(2);
  });

  it('refuses the tokens of a withdrawn key from the next refresh on', async () => {
    const token = await tokens.issue(claims());
    await tokens.rotate(clock.now());
    await store.remove(store.keys[1]?.id ?? '');
    await tokens.refresh();
    expect(await verified(token)).toBeNull();
  });

  it('does not take a removed key back from an answer that comes late', async () => {
    const token = await tokens.issue(claims());
    const keys = [...store.keys];
    let answer = (): void => undefined;
    const list = store.list.bind(store);
    store.list = () =>
      new Promise((resolve) => {
        answer = () => resolve(keys);
      });
    const slow = tokens.refresh();
    store.list = list;
    await process().rotate(clock.now());
    await store.remove(keys[0]?.id ?? '');
    await tokens.refresh();
    answer();
    await slow;
    expect(await verified(token)).toBeNull();
  });
});
