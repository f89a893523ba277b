import { aBundle, aDeviceRef, anInstant, anUpload, someBundles } from '@sealpost/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packTexts } from '../src/packed-arrays.ts';
import { SchemaShelf, type FreshStores } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const suite = 'plain-1';
let fresh: FreshStores;
let paused: pg.Client;

beforeEach(async () => {
  fresh = await shelf.open(2);
  paused = new pg.Client({ connectionString: server.url });
  await paused.connect();
  await paused.query(`SET search_path = ${fresh.schema}; BEGIN`);
});
afterEach(async () => {
  await paused.end();
  await fresh.dispose();
});

/** Claims as a process does that stops before it commits. */
async function claimAndPause(device: ReturnType<typeof aDeviceRef>): Promise<string | undefined> {
  const { rows } = await paused.query<{ claimed_ref: string }>(
    'SELECT * FROM claim_bundles($1, $2, $3, $4)',
    [packTexts([device.account]), packTexts([device.device]), suite, anInstant],
  );
  return rows[0]?.claimed_ref;
}

describe('a claim that commits late', () => {
  it('keeps no other claim waiting, which gets the bundle beyond and not the last resort (G11, G12)', async () => {
    const [device, oneTime] = [aDeviceRef(), someBundles(3)];
    await fresh.stores.keys.upload(anUpload({ device, oneTime, lastResort: aBundle() }));
    expect(await claimAndPause(device)).toBe(oneTime[0]?.ref);
    for (const bundle of oneTime.slice(1)) {
      const [claimed] = await fresh.stores.keys.claim([device], suite, anInstant);
      expect(claimed).toMatchObject({ ref: bundle.ref, lastResort: false });
    }
    await paused.query('COMMIT');
    expect(await fresh.stores.keys.claim([device], suite, anInstant)).toMatchObject([
      { lastResort: true },
    ]);
  });

  it('leaves its bundle to others when it does not commit', async () => {
    const [device, oneTime] = [aDeviceRef(), someBundles(1)];
    await fresh.stores.keys.upload(anUpload({ device, oneTime }));
    await claimAndPause(device);
    await paused.query('ROLLBACK');
    expect(await fresh.stores.keys.claim([device], suite, anInstant)).toMatchObject([
      { ref: oneTime[0]?.ref },
    ]);
  });

  it('lets no upload bring its bundle back (G11)', async () => {
    const [device, oneTime] = [aDeviceRef(), someBundles(1)];
    const upload = anUpload({ device, oneTime });
    await fresh.stores.keys.upload(upload);
    await claimAndPause(device);
    // Told before the claim is durable, it is present still; told after, it is spent.
    expect(await fresh.stores.keys.upload(upload)).toMatchObject({ code: 'stored' });
    await paused.query('COMMIT');
    expect(await fresh.stores.keys.claim([device], suite, anInstant)).toEqual([]);
    expect(await fresh.stores.keys.upload(upload)).toMatchObject({ code: 'spent' });
  });
});
