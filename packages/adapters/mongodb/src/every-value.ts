import type { StoredValue } from '@sealpost/domain';
import { Binary, MongoClient, ObjectId } from 'mongodb';
import { failed } from './database.ts';
import { failureOf } from './driver-fault.ts';
import { clientOptions, settingsOf, type MongoOptions } from './options.ts';

/**
 * Every value of every field of every document in the database, for audits; a field within another one is named with a
 * dot. Rejects when there is no collection, so that an audit that looks in the wrong place finds out.
 */
export async function* everyValue(options: MongoOptions): AsyncGenerator<StoredValue> {
  const client = new MongoClient(options.url, clientOptions(options));
  try {
    const db = client.db(settingsOf(options).database);
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    if (collections.length === 0) throw failed('every_value', 'no_collections', false);
    for (const { name } of collections)
      for await (const document of db.collection(name).find())
        for (const [column, value] of valuesIn(document)) yield { table: name, column, value };
  } catch (error) {
    throw failureOf(error, 'every_value');
  } finally {
    await client.close();
  }
}

function* valuesIn(value: unknown, path = ''): Generator<[string, string | Uint8Array]> {
  if (value === null || value === undefined) return;
  if (value instanceof Binary) yield [path, Uint8Array.from(value.value())];
  else if (value instanceof ObjectId) yield [path, value.toHexString()];
  else if (Array.isArray(value)) for (const item of value) yield* valuesIn(item, path);
  else if (typeof value !== 'object') yield [path, `${value as string | number | boolean}`];
  else
    for (const [name, field] of Object.entries(value))
      yield* valuesIn(field, path === '' ? name : `${path}.${name}`);
}
