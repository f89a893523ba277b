import { aFoundingAppend, many } from '@sealpost/testing';
import { needs, ownMongodbPart, type OwnMongodbPart, sayingProxy } from '@sealpost/testing/parts';
import { describe, expect, it } from 'vitest';
import { connectMongo } from '../src/index.ts';
import { documentsSaid } from './support/documents-said.ts';
import { TestServer } from './support/test-server.ts';

describe('operating MongoDB', needs('ownMongodb'), () => {
  let part: OwnMongodbPart | undefined;
  const server = TestServer.forTheseTests(async () => (part = await ownMongodbPart()));

  it('is prepared by several processes at once, again and again', async () => {
    const { url, database, history, db, dispose } = await server.fresh();
    await db.collection('entries').drop();
    const processes = many(4, () => connectMongo({ url, database }));
    expect(await history.pendingPreparations()).toHaveLength(4);
    await Promise.all(processes.map((each) => each.prepare()));
    await history.prepare();
    expect(await history.pendingPreparations()).toEqual([]);
    await db.collection('entries').dropIndex('by_send');
    expect(await history.pendingPreparations()).toEqual(['entries.by_send']);
    await Promise.all(processes.map((each) => each.stop()));
    await dispose();
  });

  it('tells what an operator is to put right', async () => {
    const { url, database, history, db, dispose } = await server.fresh();
    const codes = async (of = history) => (await of.examine()).map(({ code }) => code);
    expect(await codes()).toEqual(['mongodb_standalone']);
    await db.collection('entries').dropIndex('by_number');
    const weak = connectMongo({ url: `${url}?w=1&readPreference=secondary`, database });
    expect(await codes(weak)).toEqual([
      'mongodb_standalone',
      'mongodb_missing_index',
      'mongodb_weak_concern',
    ]);
    await weak.stop();
    const nobody = connectMongo({ url: 'mongodb://127.0.0.1:9/', connectTimeoutMs: 300 });
    expect(await nobody.examine()).toMatchObject([
      { code: 'mongodb_unreachable', severity: 'error' },
    ]);
    await nobody.stop();
    await dispose();
  });

  it.each([
    ['mongodb_too_old', 'error', { maxWireVersion: 17 }],
    ['mongodb_unsharded', 'warning', { msg: 'isdbgrid' }],
    ['mongodb_refuses', 'error', { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'no' }],
  ])('tells %s, as an %s, of a server that says so', async (code, severity, says) => {
    const { url, database, dispose } = await server.fresh();
    const isRefusal = 'ok' in says;
    const said = documentsSaid((document) => {
      const isHello = 'maxWireVersion' in document;
      return isHello === isRefusal ? document : { ...document, ...says };
    });
    const proxy = await sayingProxy(Number(new URL(url).port), said);
    const history = connectMongo({ url: `mongodb://127.0.0.1:${proxy.port}/`, database });
    const found = await history.examine();
    expect(found).toContainEqual(expect.objectContaining({ code, severity }));
    expect(found.filter((one) => one.code !== code).map((one) => one.code)).toEqual(
      code === 'mongodb_too_old' ? ['mongodb_standalone'] : [],
    );
    await history.stop();
    await proxy.close();
    await dispose();
  });

  it.each([
    ['entries', 'logs', '_id'],
    ['logs', 'entries', 'conversation'],
  ])('names what a cluster does not shard, when it shards %s', async (sharded, whole, key) => {
    const { url, database, dispose } = await server.fresh();
    const said = documentsSaid((document) => {
      if ('maxWireVersion' in document) return { ...document, msg: 'isdbgrid' };
      if (document['ns'] === `${database}.${sharded}`) return { ...document, sharded: true };
      // One that nothing was written to is not there.
      return 'ns' in document ? { ok: 0, code: 26, errmsg: 'no' } : document;
    });
    const proxy = await sayingProxy(Number(new URL(url).port), said);
    const history = connectMongo({ url: `mongodb://127.0.0.1:${proxy.port}/`, database });
    expect(await history.examine()).toMatchObject([
      {
        code: 'mongodb_unsharded',
        problem: `the cluster keeps all of ${whole} on one shard`,
        fix: `run sh.shardCollection("${database}.${whole}", { ${key}: 1 })`,
      },
    ]);
    await history.stop();
    await proxy.close();
    await dispose();
  });

  it('fails what a server does not answer within its time, and goes on when it does', async () => {
    const { url, database, history, dispose } = await server.fresh();
    const hurried = connectMongo({
      ...{ url, database },
      connectTimeoutMs: 300,
      operationTimeoutMs: 500,
    });
    const founding = aFoundingAppend();
    await hurried.log.heads(['any']);
    part?.pause();
    const begun = performance.now();
    await expect(hurried.log.append([founding])).rejects.toMatchObject({
      name: 'AdapterFailure',
      retryable: true,
    });
    expect(performance.now() - begun).toBeLessThan(10_000);
    part?.resume();
    expect(await history.log.append([founding])).toMatchObject([{ seq: 1 }]);
    await hurried.stop();
    await dispose();
  }, 60_000);

  it('refuses an address that is none without repeating it', () => {
    const connect = (): unknown => connectMongo({ url: 'mongo://user:secret@host' });
    expect(connect).toThrow('mongodb failed in connect (MongoParseError)');
  });
});
