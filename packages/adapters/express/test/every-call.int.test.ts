import { createHash } from 'node:crypto';
import { calls } from '@sealpost/protocol';
import { expect, it } from 'vitest';
import { aServer, type TestServer } from './support/a-server.ts';
import { aChange, aCommand, aConversationId, aFounding } from './support/conversations.ts';
import {
  aBundle,
  aKeyPair,
  aNonce,
  aPerson,
  certified,
  password,
  type Person,
  suite,
} from './support/people.ts';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** SHA-256 over the refs of the bundles that can be claimed, as the directory makes it. */
const digestOf = (oneTime: readonly string[], last: string): Uint8Array =>
  new Uint8Array(
    createHash('sha256')
      .update([...oneTime.toSorted(), `last ${last}`].map((line) => `${line}\n`).join(''))
      .digest(),
  );

async function exchangeKeys({ client }: TestServer, alice: Person, bob: Person): Promise<void> {
  const [oneTime, lastResort] = [[aBundle(), aBundle()], aBundle()];
  const stock = await client.call('uploadBundles', {
    token: bob.token,
    body: { suite, oneTime, lastResort },
  });
  expect(stock).toEqual({ suite, oneTime: 2, lastResort: 'fresh', directoryEpoch: 1 });

  const digest = digestOf(
    oneTime.map(({ ref }) => ref),
    lastResort.ref,
  );
  const verdict = await client.call('checkBundles', { token: bob.token, body: { suite, digest } });
  expect(verdict).toEqual({ matches: true, stock });
  const other = await client.call('checkBundles', {
    token: bob.token,
    body: { suite, digest: digestOf([], lastResort.ref) },
  });
  expect(other).toEqual({ matches: false, stock });

  const claimed = await client.call('claimBundles', {
    token: alice.token,
    body: { suite, accounts: [bob.account], only: null },
  });
  expect(claimed).toEqual({
    bundles: [
      { device: { account: bob.account, device: bob.device }, ...oneTime[0], lastResort: false },
    ],
    without: [],
  });
  expect(await client.call('stock', { token: bob.token, query: { suite } })).toEqual({
    ...stock,
    oneTime: 1,
  });
}

async function talk({ client }: TestServer, alice: Person, bob: Person): Promise<string> {
  const params = { conversation: aConversationId() };
  const created = await client.call('append', {
    params,
    token: alice.token,
    body: aFounding([alice, bob]),
  });
  const said = await client.call('append', { params, token: bob.token, body: aCommand() });
  expect([created.seq, said.seq]).toEqual([1, 2]);

  const page = await client.call('entries', {
    params,
    token: bob.token,
    query: { incarnation: 1, after: 0 },
  });
  expect(page).toMatchObject({ incarnation: 1, gaps: [], next: 2, head: 2 });
  const [first, second] = page.entries;
  expect(first).toMatchObject({
    seq: 1,
    kind: 'created',
    loud: 0,
    change: { mode: 'found', founding: { kind: 'group', suite } },
  });
  expect(first?.parts.map(({ audience, bytes }) => [audience, text(bytes)])).toEqual([
    ['all', 'commit'],
    ['device', 'welcome'],
  ]);
  expect(second).toMatchObject({
    seq: 2,
    kind: 'message',
    loud: 1,
    acceptedAt: said.acceptedAt,
    digest: said.digest,
    sender: { device: bob.device },
  });

  expect(await client.call('conversation', { params, token: alice.token })).toEqual({
    ...params,
    kind: 'group',
    suite,
    generation: 1,
    epoch: 1,
    version: 1,
    head: 2,
    incarnation: 1,
    members: [
      { account: alice.account, role: 'owner' },
      { account: bob.account, role: 'member' },
    ],
    devices: [alice, bob].map(({ account, device }) => ({ account, device })),
    owed: [],
  });
  expect(await client.call('conversations', { token: bob.token, query: {} })).toEqual({
    conversations: [params.conversation],
    next: null,
  });
  const join = await client.call('joinInformation', { params, token: alice.token });
  expect({ ...join, bytes: text(join.bytes ?? undefined) }).toEqual({
    generation: 1,
    epoch: 1,
    head: 2,
    bytes: 'join here',
  });
  return params.conversation;
}

async function seeEachOther(
  server: TestServer,
  alice: Person,
  bob: Person,
  conversation: string,
): Promise<void> {
  const { client, useCases } = server;
  await useCases.moveCursors.execute({ account: bob.account, device: bob.device }, [
    { conversation, incarnation: 1, delivered: 2, read: 2, shown: 1 },
  ]);
  useCases.holdConnections.opened({ account: bob.account, device: bob.device });
  await useCases.holdConnections.flush();
  const cursor = { account: bob.account, delivered: 2, read: 1, shown: 1 };
  expect(await client.call('receipts', { params: { conversation }, token: alice.token })).toEqual({
    cursors: [cursor],
  });
  expect(await client.call('presence', { params: { conversation }, token: alice.token })).toEqual({
    online: [bob.account],
  });
}

async function linkAndRevoke({ client }: TestServer, alice: Person): Promise<void> {
  const pending = await client.call('logIn', {
    body: { handle: alice.handle, password, deviceName: 'phone', proof: null },
  });
  const params = { device: pending.device };
  const [key, linkKey, nonce, reveal] = [aKeyPair(), aNonce(), aNonce(), aNonce()];
  const commitment = new Uint8Array(createHash('sha256').update(reveal).digest());
  await client.call('publishLink', {
    token: pending.accessToken,
    body: { signatureKey: key.publicKey, linkKey, commitment },
  });
  await client.call('offerLink', { params, token: alice.token, body: { nonce } });
  await client.call('revealLink', { token: pending.accessToken, body: { nonce: reveal } });
  const { device, link } = await client.call('linkState', { params, token: alice.token });
  expect(device).toMatchObject({
    device: pending.device,
    name: 'phone',
    status: 'pending',
    signatureKey: key.publicKey,
  });
  expect(link).toEqual({ linkKey, commitment, offer: { by: alice.device, nonce }, reveal });

  const { certificate, certifiedAt } = certified(pending, key, alice.accountKey);
  await client.call('approveDevice', {
    params,
    token: alice.token,
    body: { certificate, certifiedAt, package: Uint8Array.of(1, 2) },
  });
  expect(await client.call('takeLinkPackage', { token: pending.accessToken })).toEqual({
    package: Uint8Array.of(1, 2),
  });
  expect(await client.call('takeLinkPackage', { token: pending.accessToken })).toEqual({
    package: null,
  });

  const { sessions } = await client.call('sessions', { token: alice.token });
  expect(sessions.map((session) => session.device).toSorted()).toEqual(
    [alice.device, pending.device].toSorted(),
  );
  await client.call('revokeDevice', { params, token: alice.token });
  const { devices } = await client.call('devices', { token: alice.token });
  expect(devices.map(({ name, status }) => [name, status])).toEqual([
    ['laptop', 'certified'],
    ['phone', 'revoked'],
  ]);
}

async function findAndBlock({ client }: TestServer, alice: Person, bob: Person): Promise<void> {
  const record = await client.call('accountByHandle', {
    params: { handle: bob.handle.toUpperCase() },
    token: alice.token,
  });
  expect(record).toMatchObject({
    account: bob.account,
    handle: bob.handle,
    accountKey: bob.accountKey.publicKey,
  });
  expect(record.devices).toMatchObject([
    { device: bob.device, name: 'laptop', signatureKey: bob.deviceKey.publicKey, revokedAt: null },
  ]);
  expect(
    await client.call('account', { params: { account: bob.account }, token: alice.token }),
  ).toEqual(record);
  expect(
    await client.call('accounts', {
      body: { accounts: [bob.account, 'nobody', bob.account] },
      token: alice.token,
    }),
  ).toEqual({ accounts: [record] });
  expect(await client.call('ownAccount', { token: bob.token })).toEqual(record);

  await client.call('block', { params: { account: alice.account }, token: bob.token });
  expect(await client.call('blocks', { token: bob.token })).toEqual({ accounts: [alice.account] });
  const body = { suite, accounts: [bob.account], only: null };
  expect(await client.refusal('claimBundles', { token: alice.token, body })).toEqual({
    status: 403,
    code: 'not_accepting',
    accounts: [bob.account],
  });
  await client.call('unblock', { params: { account: alice.account }, token: bob.token });
  expect(await client.call('blocks', { token: bob.token })).toEqual({ accounts: [] });
}

it('answers every call of the protocol with what its schema says', async () => {
  const server = await aServer();
  const { client } = server;
  expect(await client.call('serverInformation', {})).toMatchObject({
    protocol: { lowest: 1, highest: 1 },
    incarnation: 1,
    limits: { messageBytes: 98_304, devicesPerAccount: 10 },
  });
  const [alice, bob] = [await aPerson(client, 'alice'), await aPerson(client, 'bob')];
  expect(alice).toMatchObject({ certified: true, csrfToken: null });

  await exchangeKeys(server, alice, bob);
  const conversation = await talk(server, alice, bob);
  await seeEachOther(server, alice, bob, conversation);
  await linkAndRevoke(server, alice);
  await findAndBlock(server, alice, bob);

  await client.call('append', {
    params: { conversation },
    token: bob.token,
    body: aCommand({
      kind: 'roster',
      class: 'quiet',
      parts: [],
      change: aChange({ removeMembers: [bob.account] }),
    }),
  });
  const after = await client.call('conversation', { params: { conversation }, token: alice.token });
  expect(after).toMatchObject({
    members: [{ account: alice.account }],
    owed: [bob.device],
    // Its founding, a message, the revocation of a device of hers, and that bob left.
    head: 4,
  });
  await client.call('logOut', { params: { session: 'current' }, token: bob.token });
  await client.call('deleteAccount', { token: alice.token });
  expect(
    await client.refusal('account', { params: { account: alice.account }, token: alice.token }),
  ).toMatchObject({ code: 'unauthenticated' });

  expect([...client.succeeded].toSorted()).toEqual(Object.keys(calls).toSorted());
  expect(server.records).toEqual([]);
  expect(server.faults).toEqual([]);
});

it('lists conversations page by page', async () => {
  const { client } = await aServer();
  const { token, ...alice } = await aPerson(client);
  const founded = [aConversationId(), aConversationId(), aConversationId()].toSorted();
  for (const conversation of founded) {
    const body = aFounding([{ token, ...alice }]);
    await client.call('append', { params: { conversation }, token, body });
  }
  const first = await client.call('conversations', { token, query: { limit: 2 } });
  expect(first).toEqual({ conversations: founded.slice(0, 2), next: founded[1] });
  const rest = await client.call('conversations', {
    token,
    query: { limit: 2, after: founded[1] },
  });
  expect(rest).toEqual({ conversations: founded.slice(2), next: null });
});

it('gives no page more entries than asked for', async () => {
  const { client } = await aServer();
  const alice = await aPerson(client);
  const params = { conversation: aConversationId() };
  await client.call('append', { params, token: alice.token, body: aFounding([alice]) });
  await client.call('append', { params, token: alice.token, body: aCommand() });
  const page = await client.call('entries', {
    params,
    token: alice.token,
    query: { incarnation: 1, after: 0, limit: 1 },
  });
  expect(page).toMatchObject({ entries: [{ seq: 1 }], next: 1, head: 2 });
});
