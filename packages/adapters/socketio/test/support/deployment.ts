import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  AccessClaims,
  Change,
  ConversationId,
  DeviceRef,
  Limits,
  Part,
  Throttle,
} from '@sealpost/domain';
import { emptyChange } from '@sealpost/domain';
import {
  aCertifiedDevice,
  aClientId,
  aConversationId,
  aLinkedDevice,
  aPart,
  aSession,
  unlimited,
} from '@sealpost/testing';
import { onTestFinished } from 'vitest';
import {
  type CookieCredentials,
  SocketConnections,
  SocketIoTransport,
  type SocketIoTransportPorts,
  socketOptions,
  type SocketOptions,
  type TransportRecord,
} from '../../src/index.ts';
import { CountingMeter } from './counting-meter.ts';
import { ManualTime } from './manual-time.ts';
import { random, serverDomain, type ServerDomain, suite } from './server-domain.ts';
import { TestClient } from './test-client.ts';

interface Given {
  readonly options?: Partial<SocketOptions>;
  readonly limits?: Partial<Limits>;
  readonly cookies?: CookieCredentials;
  readonly throttle?: Throttle;
  /** Replaces use cases. */
  readonly useCases?: (
    real: ServerDomain['useCases'],
  ) => Partial<SocketIoTransportPorts['useCases']>;
}

/** A device with a session and an access token. */
export interface TestDevice extends DeviceRef {
  readonly session: string;
  readonly accessToken: string;
}

interface Connecting {
  readonly auth?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

const tokenMs = 600_000;

/** A server on 127.0.0.1, closed when the test ends. */
export async function aDeployment(given: Given = {}) {
  const time = new ManualTime();
  const meter = new CountingMeter();
  const records: TransportRecord[] = [];
  const options = socketOptions(given.options, undefined);
  const ports = {
    clock: time,
    timers: time,
    random,
    meter,
    log: (record: TransportRecord) => void records.push(record),
    options,
  };
  const connections = new SocketConnections(ports);
  const domain = await serverDomain(connections, time, meter, given.limits ?? {});
  const useCases = { ...domain.useCases, ...given.useCases?.(domain.useCases) };
  const cookies = given.cookies ?? { fromCookies: () => null };
  const transport = new SocketIoTransport({
    ...ports,
    connections,
    useCases,
    cookies,
    throttle: given.throttle ?? unlimited,
  });
  const server = createServer((_request, response) => response.writeHead(404).end());
  transport.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: TestClient[] = [];

  onTestFinished(async () => {
    for (const client of clients) client.close();
    await transport.stop();
    server.close();
    await once(server, 'close');
  });

  const tokenOf = (
    device: DeviceRef & { session: string },
    claims: Partial<AccessClaims> = {},
  ): Promise<string> =>
    domain.tokens.issue({
      account: device.account,
      device: device.device,
      session: device.session,
      certified: true,
      expiresAt: time.now() + tokenMs,
      ...claims,
    });

  const loggedIn = async (ref: DeviceRef): Promise<TestDevice> => {
    const { id: session } = await aSession(domain.stores, ref);
    return { ...ref, session, accessToken: await tokenOf({ ...ref, session }) };
  };

  /** A client on its way; it may be refused. */
  const open = ({ auth = {}, headers = {} }: Connecting): TestClient => {
    const client = new TestClient(`http://127.0.0.1:${port}`, auth, headers);
    clients.push(client);
    return client;
  };

  const found = async (
    members: readonly DeviceRef[],
    conversation: ConversationId = aConversationId(),
  ): Promise<ConversationId> => {
    const [founder] = members;
    if (!founder) throw new Error('a conversation has a founder');
    const accounts = [...new Set(members.map(({ account }) => account))];
    const change: Change = {
      ...emptyChange,
      mode: 'found',
      founding: { kind: 'group', suite },
      addMembers: accounts.map((account, at) => ({ account, role: at === 0 ? 'owner' : 'member' })),
      addDevices: members.map(({ account, device }) => ({ account, device })),
    };
    await appended(conversation, founder, {
      kind: 'created',
      class: 'quiet',
      generation: 0,
      epoch: 0,
      change,
    });
    return conversation;
  };

  const appended = async (
    conversation: ConversationId,
    sender: DeviceRef,
    about: Partial<Parameters<typeof useCases.appendEntry.execute>[0]> = {},
  ): Promise<number> => {
    const outcome = await domain.useCases.appendEntry.execute({
      conversation,
      kind: 'message',
      class: 'loud',
      sender: { account: sender.account, device: sender.device },
      clientId: aClientId(),
      after: null,
      generation: 1,
      epoch: 1,
      change: null,
      blobs: [],
      parts: [aPart()],
      ...about,
    });
    if (!outcome.ok) throw new Error(`not appended: ${outcome.error.code}`);
    return outcome.value.seq;
  };

  return {
    ...domain,
    time,
    meter,
    records,
    connections,
    transport,
    server,
    port,
    tokenOf,
    open,
    found,
    appended,
    /** The first device of a new account. */
    device: async (): Promise<TestDevice> => loggedIn(await aCertifiedDevice(domain.stores)),
    /** A further device of the same account. */
    sibling: async (of: DeviceRef): Promise<TestDevice> =>
      loggedIn({ account: of.account, device: await aLinkedDevice(domain.stores, of) }),
    /** A client that has been told everything that waits for it. */
    connected: async (
      device: TestDevice,
      auth: Record<string, unknown> = {},
    ): Promise<TestClient> => {
      const client = open({
        auth: { protocol: 1, accessToken: device.accessToken, suites: [], ...auth },
      });
      await client.next('caught_up');
      return client;
    },
    /** Why a client is not let in. */
    refusal: (connecting: Connecting): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const client = open(connecting);
        client.socket.on('connect_error', (error: Error & { data?: unknown }) =>
          resolve(error.data),
        );
        client.socket.on('connect', () => reject(new Error('it was let in')));
      }),
  };
}

export type Deployment = Awaited<ReturnType<typeof aDeployment>>;

/** A message as a client sends it. */
export const aSend = (
  conversation: ConversationId,
  about: Record<string, unknown> = {},
): Record<string, unknown> => ({
  conversation,
  class: 'loud',
  clientId: aClientId(),
  after: null,
  generation: 1,
  epoch: 1,
  blobs: [],
  parts: [{ audience: 'all', bytes: aPart().bytes }] satisfies Part[],
  ...about,
});
