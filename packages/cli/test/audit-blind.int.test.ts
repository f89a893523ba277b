import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryPostgres, type TemporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import { configFrom, openStores } from '@sealpost/app';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess } from '../src/harness/server-process.ts';
import { sealpost, SealpostProcess } from './support/sealpost-process.ts';

const limitMs = 300_000;
const closing = /\nblind: places=(\d+) found=(\d+)\n$/;
/** What people and devices keep from everybody, and what a lost field of a device's store would leave out. */
const secrets = [
  'text of a message',
  'title of a group',
  'text typed in a terminal',
  'password',
  'access token',
  'refresh token',
  'account key',
  'device signature key',
  'init key of a bundle',
  'leaf key of a bundle',
  'link key',
  'key of the tree',
  'ratchet secret',
  'epoch secret exporterSecret',
];
const figures = (stdout: string): readonly number[] =>
  closing.exec(stdout)?.slice(1).map(Number) ?? [];

/** Every table, by the page that has to name it. */
const page = readFileSync(new URL('../../../docs/metadata.md', import.meta.url), 'utf8');
const ledger = new Set([...page.matchAll(/^\| `(\w+)\.\w+`/gm)].map(([, table = '']) => table));
/** What stands here is gone again when the audit ends, or comes with age or load; files of the database still have it. */
const passing = new Set([
  'device_links',
  'link_packages',
  'roster_tasks',
  'snapshots',
  'floors',
  'rate_limits',
  'superseded_connections',
  // Only the release before writes here (ADR 0023).
  'signing_keys',
]);

describe('sealpost audit:blind --leak', () => {
  it(
    'finds what leaks in every kind of place, and shows no canary',
    { timeout: limitMs },
    async () => {
      const { code, stdout, stderr } = await sealpost(['audit:blind', '--leak']);
      const found = stdout.split('\n').filter((line) => line.startsWith('FOUND'));
      const form = /^FOUND in (.+): text of the first message, written as ([\w +>-]+)$/;
      const places = new Map(found.map((line) => form.exec(line)?.slice(1) as [string, string]));
      expect(places.get('devices.name')).toBe('raw');
      expect(places.get('server log')).toBe('base64 > gzip > raw');
      expect(places.get('metrics')).toBe('hex');
      expect([...places]).toContainEqual([expect.stringMatching(/^answer /), 'UTF-16LE']);
      expect([...places]).toContainEqual([expect.stringMatching(/^file .*pg_wal/), 'raw']);
      expect(figures(stdout)).toEqual([expect.any(Number), found.length]);
      const [, kinds = ''] = /canaries of \d+ kinds: (.+)/.exec(stdout) ?? [];
      expect(kinds.split(', ')).toEqual(expect.arrayContaining(secrets));
      // 27 characters in a row: the form of every mark.
      expect(stdout + stderr).not.toMatch(/[A-Za-z0-9_-]{27}/);
      expect(code).toBe(1);
    },
  );
});

describe('sealpost audit:blind --server', () => {
  let postgres: TemporaryPostgres;
  let server: ServerProcess;
  let settings: Record<string, string>;
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-audit-test-'));

  beforeAll(async () => {
    postgres = await temporaryPostgres();
    settings = {
      SEALPOST_PROFILE: 'postgres',
      SEALPOST_STORAGE__URL: postgres.url,
      SEALPOST_STORAGE__SCHEMA: `audit_${randomBytes(6).toString('hex')}`,
      SEALPOST_STORAGE__MIGRATE: 'at-start',
      SEALPOST_COOKIES__SECRET: 'for a test alone '.repeat(2),
      SEALPOST_LOG__LEVEL: 'debug',
    };
    server = await ServerProcess.on(join(folder, 'data'), settings);
    await server.start();
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Values of a column, in text form. */
  async function column(table: string, name: string): Promise<string[]> {
    const storage = await openStores(
      configFrom({
        storage: {
          kind: 'postgres',
          url: postgres.url,
          schema: settings['SEALPOST_STORAGE__SCHEMA'],
        },
        cookies: { secret: settings['SEALPOST_COOKIES__SECRET'] },
      }),
    );
    const values: string[] = [];
    for await (const one of storage.everyValue())
      if (one.table === table && one.column === name) values.push(String(one.value));
    await storage.stop();
    return values;
  }

  it('audits a running deployment, and deletes its accounts', { timeout: limitMs }, async () => {
    const { code, stdout, stderr } = await sealpost(
      ['audit:blind', '--server', server.url, '--log', join(folder, 'data.log'), '--places'],
      settings,
    );
    expect(stderr).toBe('');
    expect(figures(stdout)).toEqual([expect.any(Number), 0]);
    for (const place of [
      'column: entries.parts',
      `log: log ${join(folder, 'data.log')}`,
      'metrics: metrics',
      'answer: answer to no JSON',
    ])
      expect(stdout).toContain(`searched ${place}\n`);
    expect(code).toBe(0);
    const searched = new Set(
      [...stdout.matchAll(/^searched column: (\w+)\./gm)].map(([, table = '']) => table),
    );
    expect([...ledger].filter((table) => !searched.has(table) && !passing.has(table))).toEqual([]);
    const [made, deleted] = [
      await column('accounts', 'id'),
      await column('accounts', 'deleted_at'),
    ];
    expect(made).toHaveLength(4);
    expect(deleted).toHaveLength(4);
  });

  it('deletes them too when it cannot go on', { timeout: limitMs }, async () => {
    const before = (await column('accounts', 'id')).length;
    const limited = await ServerProcess.on(join(folder, 'limited'), {
      ...settings,
      SEALPOST_LIMITS__DEVICES_PER_ACCOUNT: '1',
    });
    await limited.start();
    const { code, stdout, stderr } = await sealpost(
      ['audit:blind', '--server', limited.url],
      settings,
    );
    await limited.end('SIGTERM');
    expect([code, stdout, stderr]).toEqual([1, '', 'refused: too_many_devices\n']);
    const made = await column('accounts', 'id');
    expect(made).toHaveLength(before + 3);
    expect(await column('accounts', 'deleted_at')).toHaveLength(made.length);
  });

  it('deletes them too when it is interrupted', { timeout: limitMs }, async () => {
    const before = (await column('accounts', 'id')).length;
    const audit = new SealpostProcess(['audit:blind', '--server', server.url], settings);
    await expect
      .poll(async () => (await column('accounts', 'id')).length, { timeout: 60_000, interval: 200 })
      .toBeGreaterThanOrEqual(before + 2);
    audit.signal('SIGINT');
    expect(await audit.ended).toMatchObject({ code: 1, stderr: 'The audit was interrupted.\n' });
    const made = await column('accounts', 'id');
    expect(await column('accounts', 'deleted_at')).toHaveLength(made.length);
  });

  it('does not read a store that belongs to its server alone', async () => {
    const { code, stderr } = await sealpost(['audit:blind', '--server', server.url]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('storage.kind is embedded-postgres'),
    ]);
  });
});

describe('sealpost audit:blind', () => {
  it('says what it writes', async () => {
    const { code, stdout } = await sealpost(['audit:blind', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('What it writes there');
  });

  it.each(['--config', '--log', '--set'])(
    'wants %s for a running deployment only',
    async (option) => {
      const { code, stderr } = await sealpost(['audit:blind', option, 'x']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('add --server')]);
    },
  );
});
