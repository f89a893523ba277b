import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SchemaShelf } from './support/fresh-stores.ts';
import { ledgerFaults } from './support/ledger.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const page = readFileSync(new URL('../../../../docs/metadata.md', import.meta.url), 'utf8');

async function fieldsOf(schema: string): Promise<string[]> {
  const { rows } = await server.admin.query<{ field: string }>(
    `SELECT table_name || '.' || column_name AS field FROM information_schema.columns
     WHERE table_schema = $1 ORDER BY table_name, ordinal_position`,
    [schema],
  );
  return rows.map(({ field }) => field);
}

it('says of every stored field why it is there, who sees it and how long it is kept (docs/metadata.md)', async () => {
  const { schema, dispose } = await shelf.open();
  expect(ledgerFaults(page, await fieldsOf(schema))).toEqual([]);
  await dispose();
});

it('names the row that a new field needs', async () => {
  const { schema, dispose } = await shelf.open();
  await server.admin.query(`ALTER TABLE ${schema}.accounts ADD COLUMN telephone text`);
  expect(ledgerFaults(page, await fieldsOf(schema))).toContain(
    'docs/metadata.md lacks a row: | `accounts.telephone` | why it is there | who sees it | how long it is kept |',
  );
  await dispose();
});

it('names a row that is of no use, there twice, or leaves something open', () => {
  const row = '| `a.b` | why | nobody | for ever |\n';
  expect(ledgerFaults(row, ['a.b'])).toEqual([]);
  expect(ledgerFaults(row, [])).toEqual([expect.stringContaining('`a.b`, which no table has')]);
  expect(ledgerFaults(row + row, ['a.b'])).toEqual([expect.stringContaining('two rows')]);
  for (const open of ['| `a.b` | why |  | for ever |', '| `a.b` | why | nobody |'])
    expect(ledgerFaults(open, ['a.b'])).toEqual([expect.stringContaining('does not say of `a.b`')]);
});
