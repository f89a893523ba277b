import type {
  Bundle,
  Bytes,
  ClaimedBundle,
  DeviceRef,
  KeyDirectory,
  Stock,
  Suite,
  Timestamp,
  Upload,
  UploadOutcome,
} from '@sealpost/domain';
import type { Database, Queries } from './database.ts';
import { dropBundles, lockDirectory, lockShelf } from './bundle-shelves.ts';
import { packTexts } from './packed-arrays.ts';
import { statement } from './statement.ts';
import { uploadBundles } from './upload-bundles.ts';

const CLAIM = statement<{
  readonly asked: number;
  readonly claimed_ref: string;
  readonly claimed_body: Bytes;
  readonly claimed_expires_at: number;
  readonly from_last_resort: boolean;
}>('keys.claim', 'SELECT * FROM claim_bundles($1, $2, $3, $4) ORDER BY asked');

const STOCK = statement<{
  readonly one_time: number;
  readonly used: boolean | null;
  readonly directory_epoch: number;
}>(
  'keys.stock',
  `SELECT directory_epoch, (
    SELECT count(*) FROM bundles
    WHERE account COLLATE "POSIX" = $1 AND device = $2 AND suite = $3 AND body IS NOT NULL AND expires_at > $4
  ) AS one_time, (
    SELECT used FROM last_resorts WHERE account = $1 AND device = $2 AND suite = $3 AND expires_at > $4
  ) AS used
  FROM deployment`,
);

const REFS = statement<{ readonly ref: string; readonly one_time: boolean }>(
  'keys.refs',
  `SELECT ref, true AS one_time FROM bundles
  WHERE account COLLATE "POSIX" = $1 AND device = $2 AND suite = $3 AND body IS NOT NULL AND expires_at > $4
  UNION ALL
  SELECT ref, false FROM last_resorts WHERE account = $1 AND device = $2 AND suite = $3 AND expires_at > $4
  ORDER BY ref`,
);

const VOID_ONE_TIME = statement(
  'keys.void_one_time',
  'UPDATE bundles SET body = NULL WHERE body IS NOT NULL',
);

const NEXT_EPOCH = statement<{ readonly directory_epoch: number }>(
  'keys.next_epoch',
  'UPDATE deployment SET directory_epoch = directory_epoch + 1 RETURNING directory_epoch',
);

export class PostgresKeyDirectory implements KeyDirectory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async upload(upload: Upload): Promise<UploadOutcome> {
    return this.#database.transaction('keys.upload', async (transaction) => {
      await lockShelf(transaction, upload.device);
      const refusal = await uploadBundles(transaction, upload);
      return (
        refusal ?? {
          code: 'stored',
          stock: await stockOf(transaction, upload.device, upload.suite, upload.now),
        }
      );
    });
  }

  async claim(
    devices: readonly DeviceRef[],
    suite: Suite,
    now: Timestamp,
  ): Promise<readonly ClaimedBundle[]> {
    if (devices.length === 0) return [];
    const rows = await this.#database.rows(CLAIM, [
      packTexts(devices.map(({ account }) => account)),
      packTexts(devices.map(({ device }) => device)),
      suite,
      now,
    ]);
    return rows.flatMap((row) => {
      const asked = devices[row.asked - 1];
      if (asked === undefined) return [];
      const bundle: Bundle = {
        ref: row.claimed_ref,
        body: row.claimed_body,
        expiresAt: row.claimed_expires_at,
      };
      return [
        {
          ...bundle,
          device: { account: asked.account, device: asked.device },
          lastResort: row.from_last_resort,
        },
      ];
    });
  }

  stock(device: DeviceRef, suite: Suite, now: Timestamp): Promise<Stock> {
    return stockOf(this.#database, device, suite, now);
  }

  async refs(
    device: DeviceRef,
    suite: Suite,
    now: Timestamp,
  ): Promise<{ readonly oneTime: readonly string[]; readonly lastResort: string | null }> {
    const rows = await this.#database.rows(REFS, [device.account, device.device, suite, now]);
    return {
      oneTime: rows.filter((row) => row.one_time).map(({ ref }) => ref),
      lastResort: rows.find((row) => !row.one_time)?.ref ?? null,
    };
  }

  async drop(device: DeviceRef): Promise<void> {
    await this.#database.transaction('keys.drop', async (transaction) => {
      await lockShelf(transaction, device);
      await dropBundles(transaction, device);
    });
  }

  async voidOneTime(): Promise<number> {
    return this.#database.longTransaction('keys.void_one_time', async (transaction) => {
      await lockDirectory(transaction);
      await transaction.rows(VOID_ONE_TIME, []);
      const [row] = await transaction.rows(NEXT_EPOCH, []);
      return row?.directory_epoch ?? 0;
    });
  }
}

async function stockOf(
  queries: Queries,
  { account, device }: DeviceRef,
  suite: Suite,
  now: Timestamp,
): Promise<Stock> {
  const [row] = await queries.rows(STOCK, [account, device, suite, now]);
  const used = row?.used ?? null;
  return {
    suite,
    oneTime: row?.one_time ?? 0,
    lastResort: used === null ? 'absent' : used ? 'used' : 'fresh',
    directoryEpoch: row?.directory_epoch ?? 0,
  };
}
