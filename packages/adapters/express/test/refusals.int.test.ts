import { logInProofBytes } from '@sealpost/protocol';
import { describe, expect, it } from 'vitest';
import { aServer } from './support/a-server.ts';
import { aChange, aCommand, aConversationId, aFounding } from './support/conversations.ts';
import {
  aBundle,
  aHandle,
  aKeyPair,
  aPerson,
  certified,
  password,
  signed,
  suite,
} from './support/people.ts';

describe('a caller', () => {
  it.each<[string, string | undefined]>([
    ['no token', undefined],
    ['another scheme', 'Basic YTpi'],
    ['a token that nobody signed', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
    ['something that is no token', 'Bearer \u00e9'],
  ])('with %s is unauthenticated', async (_name, authorization) => {
    const { client } = await aServer();
    const headers = authorization === undefined ? {} : { authorization };
    const {
      status,
      value,
      headers: answered,
    } = await client.request('GET', '/v1/devices', { headers });
    expect([status, value]).toEqual([401, { error: { code: 'unauthenticated' } }]);
    expect(answered.get('www-authenticate')).toBe('Bearer');
  });

  it('whose device is pending may do only what pending devices need', async () => {
    const { client } = await aServer();
    const pending = await client.call('register', {
      body: { handle: aHandle(), password, deviceName: 'a' },
    });
    const token = pending.accessToken;
    expect(await client.call('devices', { token })).toMatchObject({
      devices: [{ status: 'pending' }],
    });
    expect(await client.refusal('conversations', { token })).toEqual({
      status: 403,
      code: 'device_pending',
    });
  });

  it('learns nothing of another account’s conversation', async () => {
    const { client } = await aServer();
    const [alice, eve] = [await aPerson(client), await aPerson(client)];
    const params = { conversation: aConversationId() };
    await client.call('append', { params, token: alice.token, body: aFounding([alice]) });
    const nothing = { status: 404, code: 'not_found' };
    const token = eve.token;
    expect(await client.refusal('conversation', { params, token })).toEqual(nothing);
    expect(await client.refusal('joinInformation', { params, token })).toEqual(nothing);
    expect(
      await client.refusal('entries', { params, token, query: { incarnation: 1, after: 0 } }),
    ).toEqual(nothing);
    expect(await client.refusal('append', { params, token, body: aCommand() })).toEqual(nothing);
    expect(await client.refusal('receipts', { params, token })).toEqual(nothing);
    expect(await client.refusal('presence', { params, token })).toEqual(nothing);
    const missing = { conversation: aConversationId() };
    expect(await client.refusal('conversation', { params: missing, token })).toEqual(nothing);
  });

  it('cannot touch another account’s devices and sessions', async () => {
    const { client } = await aServer();
    const [alice, eve] = [await aPerson(client), await aPerson(client)];
    const params = { device: alice.device };
    expect(await client.refusal('revokeDevice', { params, token: eve.token })).toEqual({
      status: 404,
      code: 'not_found',
    });
    expect(await client.refusal('linkState', { params, token: eve.token })).toEqual({
      status: 404,
      code: 'not_found',
    });
    await client.call('logOut', { params: { session: alice.session }, token: eve.token });
    expect(await client.call('devices', { token: alice.token })).toMatchObject({
      devices: [{ status: 'certified' }],
    });
  });

  it('that replays a refresh token ends its session', async () => {
    const { client } = await aServer({ limits: { refreshGraceMs: 0 } });
    const alice = await aPerson(client);
    const body = { refreshToken: alice.refreshToken, next: null };
    const renewed = await client.call('refresh', { body });
    expect(await client.refusal('refresh', { body })).toEqual({
      status: 401,
      code: 'invalid_token',
    });
    expect(
      await client.refusal('refresh', { body: { refreshToken: renewed.refreshToken, next: null } }),
    ).toEqual({ status: 401, code: 'invalid_token' });
    expect(await client.refusal('devices', { token: renewed.accessToken })).toEqual({
      status: 401,
      code: 'unauthenticated',
    });
  });

  it('may repeat a refresh whose answer was lost', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    const next = 'n'.repeat(43);
    const body = { refreshToken: alice.refreshToken, next };
    await client.call('refresh', { body });
    expect(await client.call('refresh', { body })).toMatchObject({
      session: alice.session,
      refreshToken: next,
    });
  });

  it('is stopped at once when its device is revoked, and cannot come back as it', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    await client.call('revokeDevice', { params: { device: alice.device }, token: alice.token });
    expect(await client.refusal('devices', { token: alice.token })).toEqual({
      status: 401,
      code: 'unauthenticated',
    });
    const issuedAt = Date.now();
    const signature = signed(
      logInProofBytes({ device: alice.device, issuedAt }) ?? new Uint8Array(),
      alice.deviceKey,
    );
    const body = {
      handle: alice.handle,
      password,
      deviceName: 'a',
      proof: { device: alice.device, issuedAt, signature },
    };
    expect(await client.refusal('logIn', { body })).toEqual({
      status: 403,
      code: 'device_revoked',
    });
  });
});

describe('what the rules refuse', () => {
  it('is told with the status of its code', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    const registration = { handle: alice.handle, password, deviceName: 'a' };
    expect(await client.refusal('register', { body: registration })).toEqual({
      status: 409,
      code: 'handle_taken',
    });
    expect(await client.refusal('register', { body: { ...registration, handle: '!' } })).toEqual({
      status: 422,
      code: 'invalid_handle',
    });
    expect(
      await client.refusal('register', {
        body: { ...registration, handle: aHandle(), password: 'short' },
      }),
    ).toEqual({ status: 422, code: 'invalid_password', minimumLength: 8, maximumBytes: 1024 });
    expect(
      await client.refusal('logIn', {
        body: { ...registration, password: 'wrong word', proof: null },
      }),
    ).toEqual({ status: 401, code: 'wrong_credentials' });
    expect(
      await client.refusal('accountByHandle', { params: { handle: 'nobody' }, token: alice.token }),
    ).toEqual({ status: 404, code: 'not_found' });
  });

  it('holds for a claimed bundle that is uploaded again', async () => {
    const { client } = await aServer();
    const [alice, bob] = [await aPerson(client), await aPerson(client)];
    const body = { suite, oneTime: [aBundle()], lastResort: null };
    await client.call('uploadBundles', { token: bob.token, body });
    await client.call('claimBundles', {
      token: alice.token,
      body: { suite, accounts: [bob.account], only: null },
    });
    const refs = body.oneTime.map(({ ref }) => ref);
    expect(await client.refusal('uploadBundles', { token: bob.token, body })).toEqual({
      status: 409,
      code: 'spent',
      refs,
    });
  });

  it('holds for a certificate by another key', async () => {
    const { client } = await aServer();
    const pending = await client.call('register', {
      body: { handle: aHandle(), password, deviceName: 'a' },
    });
    const [accountKey, deviceKey] = [aKeyPair(), aKeyPair()];
    const body = { accountKey: accountKey.publicKey, ...certified(pending, deviceKey, deviceKey) };
    expect(await client.refusal('certifyFirst', { token: pending.accessToken, body })).toEqual({
      status: 422,
      code: 'bad_certificate',
    });
  });

  it('says what heals a stale send', async () => {
    const { client } = await aServer();
    const alice = await aPerson(client);
    const params = { conversation: aConversationId() };
    await client.call('append', { params, token: alice.token, body: aFounding([alice]) });
    const stale = await client.refusal('append', {
      params,
      token: alice.token,
      body: aCommand({ epoch: 9 }),
    });
    expect(stale).toEqual({ status: 409, code: 'stale_epoch', generation: 1, epoch: 1, head: 1 });
    const roster = aCommand({
      kind: 'roster',
      parts: [],
      change: aChange({ removeMembers: ['nobody'] }),
    });
    expect(
      await client.refusal('append', { params, token: alice.token, body: roster }),
    ).toMatchObject({ status: 422, code: 'invalid_change' });
  });
});
