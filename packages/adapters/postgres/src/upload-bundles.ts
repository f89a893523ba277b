import type { Bundle, Upload, UploadOutcome } from '@sealpost/domain';
import type { Queries } from './database.ts';
import { packInt4s, packInt8s, packTexts } from './packed-arrays.ts';
import { statement, type Value } from './statement.ts';

const FORGET_BUNDLES = statement(
  'keys.forget_bundles',
  'DELETE FROM bundles WHERE account = $1 AND device = $2 AND suite = $3 AND expires_at <= $4',
);
const FORGET_LAST_RESORT = statement(
  'keys.forget_last_resort',
  'DELETE FROM last_resorts WHERE account = $1 AND device = $2 AND suite = $3 AND expires_at <= $4',
);

/** Where each of these refs is found. */
const FOUND = statement<{
  readonly ref: string;
  readonly place: 'one_time' | 'spent' | 'last_resort' | 'used';
}>(
  'keys.found',
  `SELECT ref, CASE WHEN body IS NULL THEN 'spent' ELSE 'one_time' END AS place FROM bundles
  WHERE account = $1 AND device = $2 AND suite = $3 AND ref = ANY ($4::text[])
  UNION ALL
  SELECT ref, CASE WHEN used THEN 'used' ELSE 'last_resort' END FROM last_resorts
  WHERE account = $1 AND device = $2 AND suite = $3 AND ref = ANY ($4::text[])`,
);

const PRESENT = statement<{ readonly present: number }>(
  'keys.present',
  'SELECT count(*) AS present FROM bundles WHERE account COLLATE "POSIX" = $1 AND device = $2 AND suite = $3 AND body IS NOT NULL',
);

/** In the order of the upload; bodies come as one value, cut by their lengths. */
const STORE = statement(
  'keys.store',
  `INSERT INTO bundles (account, device, suite, ref, expires_at, body)
  SELECT $1, $2, $3, ref, expires_at, substring($8::bytea FROM start FOR length)
  FROM unnest($4::text[], $5::bigint[], $6::int[], $7::int[]) WITH ORDINALITY
    AS given (ref, expires_at, start, length, place)
  ORDER BY place`,
);

const SPEND_USED = statement(
  'keys.spend_used',
  `INSERT INTO bundles (account, device, suite, ref, expires_at)
  SELECT account, device, suite, ref, expires_at FROM last_resorts
  WHERE account = $1 AND device = $2 AND suite = $3 AND used FOR UPDATE
  ON CONFLICT DO NOTHING`,
);
const LOCK_LAST_RESORT = statement(
  'keys.lock_last_resort',
  'SELECT FROM last_resorts WHERE account = $1 AND device = $2 AND suite = $3 FOR UPDATE',
);
const REPLACE_LAST_RESORT = statement(
  'keys.replace_last_resort',
  `INSERT INTO last_resorts (account, device, suite, ref, expires_at, body) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (account, device, suite) DO UPDATE
  SET ref = excluded.ref, expires_at = excluded.expires_at, body = excluded.body, used = false`,
);

type Refusal = Exclude<UploadOutcome, { readonly code: 'stored' }>;

/** Stores all of an upload or refuses it; the device's shelf is locked. */
export async function uploadBundles(transaction: Queries, upload: Upload): Promise<Refusal | null> {
  const { device, suite, now, limit, oneTime, lastResort } = upload;
  const shelf = [device.account, device.device, suite];
  await transaction.rows(FORGET_BUNDLES, [...shelf, now]);
  await transaction.rows(FORGET_LAST_RESORT, [...shelf, now]);

  const given = lastResort ? [...oneTime, lastResort] : oneTime;
  const found = await transaction.rows(FOUND, [...shelf, packTexts(given.map(({ ref }) => ref))]);
  const placeOf = new Map(found.map(({ ref, place }) => [ref, place]));
  const isSpent = ({ ref }: Bundle): boolean => {
    const place = placeOf.get(ref);
    return place === 'spent' || (place === 'used' && ref !== lastResort?.ref);
  };
  const refs = [...new Set(given.filter(isSpent).map(({ ref }) => ref))];
  if (refs.length > 0) return { code: 'spent', refs };

  const fresh = oneTime.filter(({ ref, expiresAt }) => expiresAt > now && !placeOf.has(ref));
  const [counted] = await transaction.rows(PRESENT, shelf);
  const present = counted?.present ?? 0;
  if (present + fresh.length > limit) return { code: 'too_many', limit, present };
  if (fresh.length > 0) await transaction.rows(STORE, [...shelf, ...packed(fresh)]);
  const elsewhere = fresh.some(({ ref }) => ref === lastResort?.ref);
  if (lastResort && !elsewhere && !placeOf.has(lastResort.ref))
    await replaceLastResort(transaction, shelf, lastResort);
  return null;
}

async function replaceLastResort(
  transaction: Queries,
  shelf: readonly Value[],
  bundle: Bundle,
): Promise<void> {
  await transaction.rows(LOCK_LAST_RESORT, shelf);
  await transaction.rows(SPEND_USED, shelf);
  await transaction.rows(REPLACE_LAST_RESORT, [
    ...shelf,
    bundle.ref,
    bundle.expiresAt,
    bundle.body,
  ]);
}

function packed(bundles: readonly Bundle[]): Value[] {
  const starts: number[] = [];
  let start = 1;
  for (const { body } of bundles) {
    starts.push(start);
    start += body.length;
  }
  return [
    packTexts(bundles.map(({ ref }) => ref)),
    packInt8s(bundles.map(({ expiresAt }) => expiresAt)),
    packInt4s(starts),
    packInt4s(bundles.map(({ body }) => body.length)),
    Buffer.concat(bundles.map(({ body }) => body)),
  ];
}
