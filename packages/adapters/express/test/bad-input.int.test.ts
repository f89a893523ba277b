import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { aServer } from './support/a-server.ts';
import { aCommand, aConversationId, aFounding } from './support/conversations.ts';
import { aPerson } from './support/people.ts';
import { json, msgpack } from './support/test-client.ts';

const secret = 'swordfish';

describe('a malformed body', () => {
  it.each<[string, string, Uint8Array | string]>([
    ['MessagePack that is cut off', msgpack, Uint8Array.of(0x82, 0xa1)],
    ['MessagePack with an extension', msgpack, Uint8Array.of(0xd4, 1, 1)],
    [
      'MessagePack with the key __proto__',
      msgpack,
      Uint8Array.of(0x81, 0xa9, ...Buffer.from('__proto__'), 0x80),
    ],
    ['JSON that is cut off', json, `{"handle":"${secret}`],
    [
      'JSON with the key __proto__',
      json,
      `{"handle":"${secret}","password":"${secret}","deviceName":"a","__proto__":{"a":1}}`,
    ],
    ['JSON that is not UTF-8', json, Uint8Array.of(0x22, 0xff, 0x22)],
    [
      'JSON with half a surrogate pair',
      json,
      `{"handle":"${secret}","password":"${secret}\\ud800","deviceName":"a"}`,
    ],
    ['JSON as deep as an abyss', json, `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
  ])('that is %s is refused and not repeated', async (_name, type, body) => {
    const { client } = await aServer();
    const { status, value } = await client.request('POST', '/v1/accounts', {
      headers: { 'content-type': type },
      body,
    });
    expect(status).toBe(400);
    expect(value).toMatchObject({
      error: {
        code: 'invalid_request',
        issues: [
          {
            path: 'body',
            problem: expect.stringMatching(
              type === json ? /^must be JSON text in UTF-8/ : /^must be one MessagePack value/,
            ),
          },
        ],
      },
    });
    expect(JSON.stringify(value)).not.toContain(secret);
  });

  it.each<[string, Uint8Array | string]>([
    [msgpack, Buffer.concat([Buffer.from('dd003d0900', 'hex'), Buffer.alloc(4_000_000, 0x90)])],
    [json, `[${'[],'.repeat(1_000_000)}1]`],
  ])(
    'of %s with more values than any call needs is refused for their number',
    async (type, body) => {
      const { client } = await aServer();
      const alice = await aPerson(client);
      const headers = { 'content-type': type, authorization: `Bearer ${alice.token}` };
      const { value } = await client.request('POST', '/v1/keys/bundles', { headers, body });
      expect(value).toMatchObject({
        error: { issues: [{ problem: 'must hold at most 50000 values' }] },
      });
    },
  );

  it('is told each place that is wrong, and what is allowed there', async () => {
    const { client } = await aServer();
    const body = { handle: secret.repeat(10), password: 5, extra: secret } as never;
    expect(await client.refusal('register', { body })).toEqual({
      status: 400,
      code: 'invalid_request',
      issues: [
        { path: 'body.handle', problem: 'must have at most 64 characters' },
        { path: 'body.password', problem: 'must be text' },
        { path: 'body.deviceName', problem: 'must be text' },
        { path: 'body', problem: 'must have no fields but handle, password, deviceName' },
      ],
    });
  });

  it('is refused where none is taken, and where one is missing', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    const missing = await client.refusal('register', {});
    const superfluous = await client.refusal('takeLinkPackage', {
      token: alice.token,
      body: {} as never,
    });
    expect(missing).toMatchObject({ issues: [{ path: 'body', problem: 'must be an object' }] });
    expect(superfluous).toMatchObject({ issues: [{ path: 'body', problem: 'must be left out' }] });
  });

  it('in another media type is refused, and so is a compressed one', async () => {
    const { client } = await aServer();
    const types = [
      {},
      { 'content-type': 'text/plain' },
      { 'content-type': json, 'content-encoding': 'gzip' },
    ];
    for (const headers of types) {
      const { status, value } = await client.request('POST', '/v1/accounts', {
        headers: { ...headers },
        body: Uint8Array.of(0x80),
      });
      expect([status, value]).toEqual([415, { error: { code: 'unsupported_media_type' } }]);
    }
  });
});

describe('an oversized body', () => {
  const limitBytes = 16 * 1024;

  it.each([limitBytes + 1, 1_000_000])(
    'of %d bytes is refused with its size',
    async (actualBytes) => {
      const { client } = await aServer();
      const body = new Uint8Array(actualBytes);
      const { status, value } = await client.request('POST', '/v1/accounts', {
        headers: { 'content-type': msgpack },
        body,
      });
      expect([status, value]).toEqual([
        413,
        { error: { code: 'too_large', limitBytes, actualBytes } },
      ]);
    },
  );

  it('is refused before it has come, if it announces itself', async () => {
    const { port } = await aServer();
    const headers = { 'content-type': msgpack, 'content-length': 100_000_000 };
    const sending = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/accounts',
      headers,
    });
    sending.flushHeaders();
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    sending.destroy();
  });

  it('whose size is not announced is counted', async () => {
    const { url } = await aServer();
    async function* pieces() {
      for (let piece = 0; piece < 20; piece += 1) yield new Uint8Array(1_024);
    }
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'content-type': json },
      body: ReadableStream.from(pieces()) as never,
      duplex: 'half',
    };
    const response = await fetch(`${url}/v1/accounts`, init);
    expect(response.status).toBe(413);
    const { error } = (await response.json()) as { error: { actualBytes: number } };
    expect(error).toMatchObject({ code: 'too_large', limitBytes });
    expect(error.actualBytes).toBeGreaterThan(limitBytes);
  });

  it('is not read before its sender is known', async () => {
    const { client } = await aServer();
    const headers = { 'content-type': msgpack, authorization: 'Bearer x' };
    const path = `/v1/conversations/${aConversationId()}/entries`;
    const { status } = await client.request('POST', path, {
      headers,
      body: new Uint8Array(20_000_000),
    });
    expect(status).toBe(401);
  });

  it('of an entry beyond the configured limit is refused by the rules', async () => {
    const { client } = await aServer({ limits: { messageBytes: 100 } });
    const alice = await aPerson(client);
    const params = { conversation: aConversationId() };
    await client.call('append', { params, token: alice.token, body: aFounding([alice]) });
    const body = aCommand({ parts: [{ audience: 'all', bytes: new Uint8Array(101) }] });
    expect(await client.refusal('append', { params, token: alice.token, body })).toEqual({
      status: 413,
      code: 'too_large',
      limitBytes: 100,
      actualBytes: 101,
    });
  });
});

describe('a request', () => {
  it.each([
    ['GET', '/v1/nothing'],
    ['PATCH', '/v1/devices'],
    ['GET', '/V1/server'],
    ['GET', '/v1/server/'],
    ['POST', '/'],
  ])('that is %s %s is no call', async (method, path) => {
    const { client } = await aServer();
    const { status, value } = await client.request(method, path);
    expect([status, value]).toEqual([404, { error: { code: 'unknown_call' } }]);
  });

  it('in a version that is not spoken is told which ones are', async () => {
    const { client } = await aServer();
    const upgrade = { status: 426, code: 'upgrade_required', lowest: 1, highest: 1 };
    expect(
      await client.refusal('serverInformation', { headers: { 'sealpost-protocol': '2' } }),
    ).toEqual(upgrade);
    expect(
      await client.refusal('serverInformation', { headers: { 'sealpost-protocol': 'x' } }),
    ).toMatchObject({
      status: 400,
      issues: [{ path: 'headers.sealpost-protocol' }],
    });
    await client.call('serverInformation', { headers: { 'sealpost-protocol': '1' } });
  });

  it('with a bad path or query is refused', async () => {
    const { client } = await aServer();
    const { token } = await aPerson(client);
    const headers = { authorization: `Bearer ${token}` };
    const broken = await client.request('GET', '/v1/accounts/%ff', { headers });
    const spaced = await client.request('GET', '/v1/accounts/a%20b', { headers });
    const query = await client.request('GET', '/v1/conversations?limit=5000&limit=1&foo=1', {
      headers,
    });
    expect([broken.status, broken.value]).toEqual([
      400,
      {
        error: {
          code: 'invalid_request',
          issues: [{ path: 'params', problem: 'must be percent-encoded UTF-8' }],
        },
      },
    ]);
    expect(spaced.value).toMatchObject({
      error: {
        issues: [{ path: 'params.account', problem: 'must match /^[A-Za-z0-9_-]{1,64}$/' }],
      },
    });
    expect(query.value).toMatchObject({
      error: {
        issues: [
          { path: 'query.limit', problem: 'must be a number' },
          { path: 'query', problem: 'must have no fields but after, limit' },
        ],
      },
    });
  });
});
