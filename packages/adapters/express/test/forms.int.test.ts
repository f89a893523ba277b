import { decodeMsgpack, encodeMsgpack, toBase64url } from '@sealpost/protocol';
import { describe, expect, it } from 'vitest';
import { aServer } from './support/a-server.ts';
import { aCommand, aConversationId, aFounding } from './support/conversations.ts';
import { aBundle, aPerson, suite } from './support/people.ts';
import { json, msgpack } from './support/test-client.ts';

/** What a value of the wire is in JSON. */
function inJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64url(value);
  if (Array.isArray(value)) return value.map(inJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inJson(member)]));
}

describe('JSON and MessagePack', () => {
  it('answer the same', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    const params = { conversation: aConversationId() };
    await client.call('append', { params, token: alice.token, body: aFounding([alice]) });
    await client.call('append', { params, token: alice.token, body: aCommand() });
    const headers = { authorization: `Bearer ${alice.token}` };
    for (const path of [
      '/v1/account',
      `/v1/conversations/${params.conversation}/entries?incarnation=1&after=0`,
      '/v1/accounts/nobody',
    ]) {
      const packed = await client.request('GET', path, {
        headers: { ...headers, accept: msgpack },
      });
      const text = await client.request('GET', path, { headers: { ...headers, accept: json } });
      expect(packed.headers.get('content-type')).toBe(msgpack);
      expect(text.headers.get('content-type')).toBe(json);
      expect(text.status).toBe(packed.status);
      expect(text.value).toEqual(inJson(packed.value));
    }
  });

  it('are taken for the same', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    const headers = { authorization: `Bearer ${alice.token}`, accept: msgpack };
    const upload = (type: string, body: Uint8Array | string) =>
      client.request('POST', '/v1/keys/bundles', {
        headers: { ...headers, 'content-type': type },
        body,
      });
    const body = { suite, oneTime: [aBundle()], lastResort: aBundle() };
    const packed = await upload(msgpack, encodeMsgpack(body));
    const text = await upload('application/json; charset=utf-8', JSON.stringify(inJson(body)));
    // What is present already changes nothing, so the bytes were the same.
    expect(text.value).toEqual(packed.value);
    expect(text.value).toMatchObject({ oneTime: 1 });
  });

  it('refuse what is not base64url', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    const headers = { authorization: `Bearer ${alice.token}`, 'content-type': json };
    for (const digest of ['+/+/', 'AAAAA', 'A'.repeat(20)]) {
      const { status, value } = await client.request('POST', '/v1/keys/check', {
        headers,
        body: JSON.stringify({ suite, digest }),
      });
      expect([status, value]).toMatchObject([
        400,
        { error: { issues: [{ path: 'body.digest' }] } },
      ]);
    }
  });

  it.each([
    ['nothing', undefined, json],
    ['anything', '*/*', json],
    ['something else', 'text/html', json],
    ['either, MessagePack rather', `${json};q=0.5, ${msgpack}`, msgpack],
  ])('are chosen by what is accepted: %s', async (_name, accept, type) => {
    const { url } = await aServer();
    const response = await fetch(`${url}/v1/server`, {
      headers: accept === undefined ? {} : { accept },
    });
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('vary')).toMatch(/accept/i);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const value: unknown =
      type === msgpack ? decodeMsgpack(bytes) : JSON.parse(new TextDecoder().decode(bytes));
    expect(value).toMatchObject({ incarnation: 1 });
  });
});
