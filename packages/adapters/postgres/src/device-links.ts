import type { Bytes, DeviceId, Link, Timestamp } from '@sealpost/domain';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

interface LinkRow {
  readonly link_key: Bytes;
  readonly commitment: Bytes;
  readonly offered_by: string | null;
  readonly nonce: Bytes | null;
  readonly reveal: Bytes | null;
}

const SET_SIGNATURE_KEY = statement<{ readonly id: string }>(
  'devices.set_signature_key',
  `UPDATE devices SET signature_key = $2 WHERE id = $1 AND status = 'pending' RETURNING id`,
);

const PUBLISH = statement(
  'devices.publish_link',
  `INSERT INTO device_links (device, link_key, commitment) VALUES ($1, $2, $3)
  ON CONFLICT (device) DO UPDATE
  SET link_key = excluded.link_key, commitment = excluded.commitment, offered_by = NULL, nonce = NULL, reveal = NULL`,
);

const FIND = statement<LinkRow>(
  'devices.link',
  'SELECT link_key, commitment, offered_by, nonce, reveal FROM device_links WHERE device = $1',
);

/** Takes effect unless another offer was there before; the answer tells which of them stands. */
const OFFER = statement<{ readonly same: boolean }>(
  'devices.offer_link',
  `UPDATE device_links SET offered_by = coalesce(offered_by, $2), nonce = coalesce(nonce, $3)
  WHERE device = $1 RETURNING offered_by = $2 AND nonce = $3 AS same`,
);

const REVEAL = statement<{ readonly device: string }>(
  'devices.reveal_link',
  'UPDATE device_links SET reveal = $2 WHERE device = $1 AND nonce IS NOT NULL RETURNING device',
);

const TAKE_PACKAGE = statement<{ readonly package: Bytes; readonly expires_at: number }>(
  'devices.take_package',
  `WITH taken AS (
    DELETE FROM link_packages WHERE device = $1 RETURNING device, package, expires_at
  ), served AS (
    DELETE FROM device_links WHERE device IN (SELECT device FROM taken)
  )
  SELECT package, expires_at FROM taken`,
);

/** What a pending device and the one that approves it leave for each other. */
export class DeviceLinks {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async publish(
    device: DeviceId,
    link: { readonly signatureKey: Bytes; readonly linkKey: Bytes; readonly commitment: Bytes },
  ): Promise<'published' | 'not_pending'> {
    return this.#database.transaction('devices.publish_link', async (transaction) => {
      const pending = await transaction.rows(SET_SIGNATURE_KEY, [device, link.signatureKey]);
      if (pending.length === 0) return 'not_pending';
      await transaction.rows(PUBLISH, [device, link.linkKey, link.commitment]);
      return 'published';
    });
  }

  async find(device: DeviceId): Promise<Link | null> {
    const [row] = await this.#database.rows(FIND, [device]);
    if (row === undefined) return null;
    const { offered_by: by, nonce } = row;
    return {
      linkKey: row.link_key,
      commitment: row.commitment,
      offer: by === null || nonce === null ? null : { by, nonce },
      reveal: row.reveal,
    };
  }

  async offer(
    device: DeviceId,
    { by, nonce }: { readonly by: DeviceId; readonly nonce: Bytes },
  ): Promise<'offered' | 'not_published' | 'already_offered'> {
    const [link] = await this.#database.rows(OFFER, [device, by, nonce]);
    if (link === undefined) return 'not_published';
    return link.same ? 'offered' : 'already_offered';
  }

  async reveal(device: DeviceId, reveal: Bytes): Promise<'revealed' | 'no_offer'> {
    const revealed = await this.#database.rows(REVEAL, [device, reveal]);
    return revealed.length === 0 ? 'no_offer' : 'revealed';
  }

  async takePackage(device: DeviceId, now: Timestamp): Promise<Bytes | null> {
    const [left] = await this.#database.rows(TAKE_PACKAGE, [device]);
    return left !== undefined && left.expires_at > now ? left.package : null;
  }
}
