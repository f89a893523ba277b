import {
  createServer,
  connect as connectTo,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { inspect } from 'node:util';
import { AdapterFailure } from '@sealpost/domain';
import {
  aConversationId,
  aFoundingAppend,
  aMessageAppend,
  anInstant,
  many,
} from '@sealpost/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectPostgres, type PostgresOptions } from '../src/index.ts';
import { eventually } from './support/eventually.ts';
import { SchemaShelf, type FreshStores } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const marker = 'MARKER-6f1d2a';
let fresh: FreshStores;

beforeEach(async () => {
  fresh = await shelf.open();
});
afterEach(() => fresh.dispose());

/** The failure of a call, which tells of the fault only a code, and nothing of the values. */
async function failureOf(call: Promise<unknown>): Promise<AdapterFailure> {
  const failure: unknown = await call.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AdapterFailure);
  const everything = inspect(failure, { depth: 20, showHidden: true, maxStringLength: null });
  expect(everything).not.toContain(marker);
  expect(everything).not.toContain(Buffer.from(marker).toString('hex'));
  return failure as AdapterFailure;
}

/** Runs `work` with stores that reach the schema in another way, and stops them. */
async function otherwise<T>(
  options: Partial<PostgresOptions>,
  work: (stores: ReturnType<typeof connectPostgres>) => Promise<T>,
): Promise<T> {
  const stores = connectPostgres({ url: server.url, schema: fresh.schema, ...options });
  try {
    return await work(stores);
  } finally {
    await stores.stop();
  }
}

describe('a fault of Postgres', () => {
  it('tells nothing of a value that breaks a constraint', async () => {
    const account = { id: marker, handle: marker, passwordHash: marker, now: anInstant };
    await fresh.stores.accounts.create(account);
    const failure = await failureOf(
      fresh.stores.accounts.create({ ...account, handle: `${marker}2` }),
    );
    expect(failure).toMatchObject({
      adapter: 'postgres',
      operation: 'accounts.create',
      retryable: false,
      detail: '23505',
    });
  });

  it('tells nothing of a value that Postgres cannot store', async () => {
    const { log } = fresh.stores;
    const conversation = `${marker}\0`;
    expect(await failureOf(log.append([aFoundingAppend({ conversation })]))).toMatchObject({
      detail: '22021',
    });
    expect(
      await failureOf(log.append([aFoundingAppend({ blobs: [`${marker}\0`] })])),
    ).toMatchObject({ detail: '22P05' });
    expect(await failureOf(log.page(marker, 1e300, { entries: 1, bytes: 1 }))).toMatchObject({
      retryable: false,
    });
  });

  it('takes back what else the call did', async () => {
    const { log } = fresh.stores;
    const founding = aFoundingAppend();
    await failureOf(log.append([founding, aFoundingAppend({ blobs: ['\0'] })]));
    expect(await log.load(founding.draft.conversation)).toBeNull();
    expect(await log.append([founding])).toMatchObject([{ code: 'appended', seq: 1 }]);
  });

  it('passes when it is a statement that took too long', async () => {
    const conversation = aConversationId();
    await fresh.stores.log.append([aFoundingAppend({ conversation })]);
    await otherwise({ statementTimeoutMs: 1_000, poolSize: 1 }, async ({ log }) => {
      const message = aMessageAppend(1, { conversation });
      await server.admin.query(`BEGIN; SELECT FROM ${fresh.schema}.heads FOR UPDATE`);
      expect(await failureOf(log.append([message]))).toMatchObject({
        retryable: true,
        detail: '57014',
      });
      await server.admin.query('ROLLBACK');
      expect(await log.append([message])).toMatchObject([{ code: 'appended', seq: 2 }]);
    });
  });

  it('is not met by what an operator does to all logs and bundles, however long it takes', async () => {
    const founding = aFoundingAppend();
    await fresh.stores.log.append([founding]);
    const limits = { statementTimeoutMs: 200, connectTimeoutMs: 2_000, poolSize: 2 };
    await otherwise(limits, async ({ log, keys }) => {
      await server.admin.query(
        `BEGIN; SELECT FROM ${fresh.schema}.heads FOR UPDATE; UPDATE ${fresh.schema}.deployment SET incarnation = 1`,
      );
      const restoring = [log.markRestored(2), keys.voidOneTime()];
      await new Promise((resolve) => {
        setTimeout(resolve, 2_500);
      });
      await server.admin.query('ROLLBACK');
      expect(await Promise.all(restoring)).toEqual([undefined, 2]);
    });
    const { conversation } = founding.draft;
    expect((await fresh.stores.log.heads([conversation])).get(conversation)?.restores).toHaveLength(
      1,
    );
  });

  it('is not met by losing a deadlock: the call is run again', async () => {
    const [one = '', other = ''] = many(2, aConversationId).toSorted();
    const { log } = fresh.stores;
    await log.append([one, other].map((conversation) => aFoundingAppend({ conversation })));
    await server.admin.query(
      `SET deadlock_timeout = '10s'; BEGIN; SELECT FROM ${fresh.schema}.heads WHERE conversation = '${other}' FOR UPDATE`,
    );
    const waiting = log.append(
      [one, other].map((conversation) => aMessageAppend(1, { conversation })),
    );
    await eventually(() =>
      server.rows(
        `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '${fresh.schema}'`,
      ),
    );
    // Against the order of ids, so that the flush, whose patience is shorter, is the victim.
    await server.admin.query(
      `SELECT FROM ${fresh.schema}.heads WHERE conversation = '${one}' FOR UPDATE; COMMIT; RESET deadlock_timeout`,
    );
    expect(await waiting).toMatchObject([
      { code: 'appended', seq: 2 },
      { code: 'appended', seq: 2 },
    ]);
  });
});

describe('a Postgres that cannot be reached', () => {
  it('is a fault that passes, and tells nothing of the address', async () => {
    const url = `postgres://${marker}:${marker}@127.0.0.1:1/${marker}`;
    await otherwise({ url }, async ({ deployment }) => {
      expect(await failureOf(deployment.incarnation())).toMatchObject({
        retryable: true,
        detail: 'ECONNREFUSED',
      });
    });
  });

  it('is one that has no such database', async () => {
    const url = Object.assign(new URL(server.url), { pathname: marker }).href;
    await otherwise({ url }, async ({ deployment }) => {
      const failure = await failureOf(deployment.incarnation());
      expect(failure).toMatchObject({ retryable: false, detail: '3D000' });
    });
  });

  it('is one whose connections are all in use', async () => {
    await otherwise({ poolSize: 1, connectTimeoutMs: 1_000 }, async ({ deployment, log }) => {
      await server.admin.query(`BEGIN; LOCK TABLE ${fresh.schema}.heads`);
      const holding = log.heads(['any']);
      expect(await failureOf(deployment.incarnation())).toMatchObject({
        retryable: true,
        detail: 'KnexTimeoutError',
      });
      await server.admin.query('ROLLBACK');
      await holding;
    });
  });
});

describe('a network that goes silent', () => {
  const sockets: Socket[] = [];
  let relay: Server;
  let silent = false;

  beforeEach(async () => {
    silent = false;
    const { hostname, port } = new URL(server.url);
    relay = createServer((near) => {
      const far = connectTo(Number(port), hostname);
      sockets.push(near, far);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on('data', (bytes) => silent || to.write(bytes));
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
    await new Promise<void>((resolve) => {
      relay.listen(0, '127.0.0.1', resolve);
    });
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      relay.close(resolve);
    });
  });

  it('is noticed on an old connection and on a new one, and is over when it is over', async () => {
    const url = new URL(server.url);
    url.host = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
    await otherwise(
      { url: url.href, poolSize: 1, statementTimeoutMs: 1_000, connectTimeoutMs: 1_000 },
      async ({ deployment }) => {
        expect(await deployment.incarnation()).toBe(1);
        silent = true;
        expect(await failureOf(deployment.incarnation())).toMatchObject({ retryable: true });
        expect(await failureOf(deployment.incarnation())).toMatchObject({ retryable: true });
        silent = false;
        const again = () =>
          deployment.incarnation().then(
            (value) => [value],
            () => [],
          );
        expect(await eventually(again)).toEqual([1]);
      },
    );
  });
});

describe('stores that were stopped', () => {
  it('refuse every call', async () => {
    const stores = connectPostgres({ url: server.url, schema: fresh.schema });
    await stores.deployment.incarnation();
    await stores.stop();
    expect(await failureOf(stores.deployment.incarnation())).toMatchObject({
      retryable: false,
      detail: 'stopped',
    });
    await failureOf(stores.migrate());
  });

  it('finish the calls that are under way', async () => {
    const stores = connectPostgres({ url: server.url, schema: fresh.schema });
    const conversation = aConversationId();
    const answer = stores.log.append([aFoundingAppend({ conversation })]);
    await stores.stop();
    expect(await answer).toMatchObject([{ code: 'appended' }]);
  });
});
