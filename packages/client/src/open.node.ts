import { mlsEngine } from './engine/mls/mls-engine.ts';
import { Sealpost } from './sealpost.ts';
import { openSqliteStore, type SqliteStoreOptions } from './store/sqlite-store.ts';
import { webSystem } from './system/web-system.ts';
import { WebTransport } from './transport/web-transport.ts';

/** `serverUrl`: where the server is, e.g. `http://127.0.0.1:8470`; the rest says where this device keeps what it has. */
export type OpenOptions = { readonly serverUrl: string } & SqliteStoreOptions;

/**
 * One device, kept in a file, encrypting by MLS. Rejects with `LocalStoreError`: `insecure` without a key, `wrong_key`,
 * `store_in_use`.
 */
export async function openSealpost({ serverUrl, ...where }: OpenOptions): Promise<Sealpost> {
  const store = await openSqliteStore(where);
  return new Sealpost({
    ...webSystem,
    store,
    transport: new WebTransport(serverUrl),
    engine: mlsEngine(),
  });
}
