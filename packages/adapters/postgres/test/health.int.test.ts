import type { AdapterHost } from '@sealpost/domain';
import { createServer, type AddressInfo } from 'node:net';
import { saying, sayingProxy } from '@sealpost/testing/parts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPostgres } from '../src/index.ts';
import { SchemaShelf, type FreshStores } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
let fresh: FreshStores;
let clockAheadMs = 0;

beforeEach(async () => {
  fresh = await shelf.open();
  clockAheadMs = 0;
});
afterEach(() => fresh.dispose());

/** The tests' server forgets on purpose: it is quicker. */
const ofTests = 'warning postgres_not_durable';

const nothing = (): void => undefined;
const host: AdapterHost = {
  clock: { now: () => Date.now() + clockAheadMs, monotonic: () => performance.now() },
  timers: { after: () => nothing },
  random: { bytes: (count) => new Uint8Array(count), id: () => 'id' },
  meter: { count: nothing, observe: nothing },
  dataFolder: '',
  failed: nothing,
  noticed: nothing,
};

/** What the adapter finds when it reaches the database in this way. */
async function foundAt(url: string, schema = fresh.schema) {
  const options = { url, schema, poolSize: 1, migrate: 'by-command' } as const;
  const adapter = await openPostgres(options, host);
  try {
    const found = (await adapter.health()).map(({ severity, code }) => `${severity} ${code}`);
    return found.filter((one) => one !== ofTests);
  } finally {
    await adapter.stop();
  }
}

const changed = (change: (url: URL) => void): string => {
  const url = new URL(server.url);
  change(url);
  return url.href;
};

describe('the health of Postgres', () => {
  it('is well when it can be read and written', async () => {
    expect(await foundAt(server.url)).toEqual([]);
  });

  it('is well before the first migration, which is told elsewhere', async () => {
    expect(await foundAt(server.url, 'not_made_yet')).toEqual([]);
  });

  it('tells of a database that is not there', async () => {
    const url = changed((one) => void (one.pathname = 'elsewhere'));
    expect(await foundAt(url)).toEqual(['error postgres_database_missing']);
  });

  it('tells of a password that is refused', async () => {
    await server.admin.query(`CREATE ROLE other LOGIN PASSWORD 'right'`);
    const url = changed((one) => Object.assign(one, { username: 'other', password: 'wrong' }));
    expect(await foundAt(url)).toEqual(['error postgres_login_refused']);
  });

  it('tells of a role that may not write', async () => {
    await server.admin.query(
      `CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA ${fresh.schema} TO reader`,
    );
    const url = changed((one) => Object.assign(one, { username: 'reader', password: 'reader' }));
    expect(await foundAt(url)).toEqual(['error postgres_rights_missing']);
  });

  it('tells of a role that may not even look', async () => {
    await server.admin.query(`CREATE ROLE stranger LOGIN PASSWORD 'stranger'`);
    const url = changed((one) =>
      Object.assign(one, { username: 'stranger', password: 'stranger' }),
    );
    expect(await foundAt(url)).toEqual(['error postgres_rights_missing']);
    expect(await foundAt(url, 'not_made_yet')).toEqual([]);
  });

  it('tells of a database that takes no writes', async () => {
    const url = changed((one) => {
      one.searchParams.set('options', '-c default_transaction_read_only=on');
    });
    expect(await foundAt(url)).toEqual(['error postgres_read_only']);
  });

  it('tells of a server that is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const url = changed((one) => void (one.port = String(port)));
    expect(await foundAt(url)).toEqual(['error postgres_unreachable']);
  });

  it('tells of a server that has no connection left', async () => {
    await server.admin.query(`CREATE ROLE crowded LOGIN PASSWORD 'crowded' CONNECTION LIMIT 0`);
    const url = changed((one) => Object.assign(one, { username: 'crowded', password: 'crowded' }));
    expect(await foundAt(url)).toEqual(['error postgres_connections_used_up']);
  });

  it('tells of a disk without room', async () => {
    await server.admin.query(
      `CREATE FUNCTION ${fresh.schema}.refuse() RETURNS trigger LANGUAGE plpgsql
         AS $$ BEGIN RAISE 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
       CREATE TRIGGER refuse BEFORE UPDATE ON ${fresh.schema}.deployment
         EXECUTE FUNCTION ${fresh.schema}.refuse()`,
    );
    expect(await foundAt(server.url)).toEqual(['error postgres_disk_full']);
    await server.admin.query(`DROP FUNCTION ${fresh.schema}.refuse CASCADE`);
  });

  it('tells of a server that is too old', async () => {
    const port = Number(new URL(server.url).port);
    const proxy = await sayingProxy(port, saying(/1[5-9]0(?=\d{3})/, '140'));
    const url = changed((one) => void (one.port = String(proxy.port)));
    expect(await foundAt(url)).toEqual(['error postgres_too_old']);
    await proxy.close();
  });

  it('warns of clocks that differ', async () => {
    clockAheadMs = 60_000;
    expect(await foundAt(server.url)).toEqual(['warning clock_skewed']);
  });
});
