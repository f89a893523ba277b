import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portVersions } from '@sealpost/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../environment.ts';
import type { ConfigSources } from '../load-config.ts';
import { fromOptions } from '../options.ts';
import { profiles } from '../profiles.ts';
import { type ExampleValues, neededInProduction } from '../reference/needed-keys.ts';
import { variableOf } from '../environment.ts';
import { checkConfig } from './check-config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const asVariables = (values: ExampleValues): Environment =>
  Object.fromEntries(
    Object.entries(values).map(([path, value]) => [variableOf(path), String(value)]),
  );

/** Whether it cannot be used, or what is unwise about it. */
async function found(sources: ConfigSources): Promise<'refused' | readonly string[]> {
  const { loaded, issues, unwise } = await checkConfig(sources);
  expect(loaded === null).toBe(issues.length > 0);
  return loaded === null ? 'refused' : unwise.map(({ code }) => code);
}

const production = Object.entries(neededInProduction).flatMap(([profile, needed]) =>
  needed === null ? [] : [[profile, needed] as const],
);
const embedded = neededInProduction.embedded ?? {};
const postgres = neededInProduction.postgres ?? {};

describe('what has to be given', () => {
  it('is nothing to try it out', async () => {
    expect(await found({})).not.toBe('refused');
  });

  it.each(production)('for %s in production is enough', async (_, needed) => {
    expect(await found({ env: asVariables(needed) })).toEqual([]);
  });

  it.each(
    production.flatMap(([profile, needed]) =>
      Object.keys(needed).map((path) => [path, profile, needed] as const),
    ),
  )('%s is needed for %s in production', async (path, _, { [path]: __, ...others }) => {
    expect(await found({ env: asVariables(others) })).not.toEqual([]);
  });

  it('is at most 3 keys for one node, and at most 12 for everything', () => {
    const counts = new Map(
      production.map(([profile, needed]) => [profile, Object.keys(needed).length]),
    );
    expect(counts.get('embedded')).toBeLessThanOrEqual(3);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(12);
    expect(Object.keys(neededInProduction)).toEqual(Object.keys(profiles));
  });

  it('is at most 12 keys for all technologies at once', async () => {
    const { 'history.url': url = '' } = neededInProduction['postgres-mongo'] ?? {};
    const onRedis = neededInProduction['postgres-redis'] ?? {};
    const needed = { ...onRedis, 'history.kind': 'mongodb', 'history.url': url };
    expect(await found({ env: asVariables(needed) })).toEqual([]);
    expect(Object.keys(needed).length).toBeLessThanOrEqual(12);
  });
});

describe('a strict check', () => {
  it.each<readonly [string, ExampleValues, ExampleValues]>([
    ['public_url_without_tls', embedded, { publicUrl: 'http://chat.example.org' }],
    ['public_url_missing', { host: '0.0.0.0' }, {}],
    ['reached_from_here_only', {}, {}],
    ['proxy_not_trusted', embedded, { 'http.trustedProxies': 0 }],
    ['port_left_open', embedded, { port: 0 }],
    ['origin_without_tls', embedded, { allowedOrigins: 'http://app.example.org' }],
    ['fan_out_apart', postgres, { 'fanOut.kind': 'memory' }],
    ['presence_apart', postgres, { 'presence.kind': 'memory' }],
    ['rate_limits_apart', postgres, { 'rateLimits.kind': 'memory' }],
    ['storage_forgets', embedded, { profile: 'memory' }],
    ['secret_weak', postgres, { 'cookies.secret': 'abab'.repeat(10) }],
    ['secret_weak', postgres, { 'storage.url': 'postgres://sealpost:short@db/sealpost' }],
    [
      'database_without_tls',
      postgres,
      { 'storage.url': 'postgres://sealpost:correct-horse-battery@db.example.org/sealpost' },
    ],
    [
      'database_without_tls',
      neededInProduction['postgres-redis'] ?? {},
      { 'redis.urls': 'redis://:staple-battery-horse@redis.example.org' },
    ],
    ['secret_weak', neededInProduction['postgres-redis'] ?? {}, { 'redis.urls': 'redis://redis' }],
    ['key_without_effect', postgres, { 'redis.urls': 'redis://:staple-battery-horse@redis' }],
    ['key_without_effect', postgres, { dataFolder: '/nowhere/sealpost' }],
    ['key_without_effect', embedded, { 'presence.leaseMs': 5_000 }],
    [
      'key_without_effect',
      embedded,
      { 'sockets.maxConnections': 10, 'sockets.maxConnectionsPerNetwork': 20 },
    ],
    ['key_without_effect', embedded, { allowedOrigins: 'https://chat.example.org' }],
    ['log_verbose', embedded, { 'log.level': 'debug' }],
    ['log_silent', embedded, { 'log.level': 'silent' }],
  ])('finds %s', async (code, base, change) => {
    expect(await found({ env: asVariables({ ...base, ...change }) })).toEqual([code]);
  });

  it('finds proxies that are trusted where none is', async () => {
    const env = asVariables({ 'http.trustedProxies': 1 });
    expect(await found({ env })).toEqual(['reached_from_here_only', 'proxy_trusted_in_vain']);
  });

  it('finds a profile of which nothing is left', async () => {
    const kinds = Object.entries(profiles.postgres).map(
      ([family, { kind }]) => [`${family}.kind`, kind] as const,
    );
    const env = asVariables({ ...postgres, ...Object.fromEntries(kinds) });
    expect(await found({ env })).toEqual(['key_without_effect']);
  });

  it('finds two secrets that are one, by either', async () => {
    const secret = 'kM3vX9q2LwR7tB4nZ8sD6fH1jC5gP0yA';
    const env = asVariables({
      ...postgres,
      'cookies.secret': secret,
      'storage.url': `postgres://sealpost:${secret}@db/sealpost`,
    });
    expect(await found({ env })).toEqual(['secrets_alike', 'secrets_alike']);
  });

  it('finds a secret on the command line, and shows none', async () => {
    const { 'cookies.secret': secret, ...others } = postgres;
    const options = fromOptions([`cookies.secret=${secret}`]);
    const sources = { env: asVariables(others), options };
    expect(await found(sources)).toEqual(['secret_on_command_line']);
    expect(JSON.stringify((await checkConfig(sources)).unwise)).not.toContain(secret);
  });

  it('finds a variable of tests', async () => {
    const env = { ...asVariables(embedded), SEALPOST_POSTGRES_URL: 'postgres://x' };
    expect(await found({ env })).toEqual(['variable_without_effect']);
  });

  it('finds a data folder and a file with a secret that others can read', async () => {
    const [dataFolder, file] = [join(folder, 'data'), join(folder, 'config.yaml')];
    mkdirSync(dataFolder);
    const secret = 'kM3vX9q2LwR7tB4nZ8sD6fH1jC5gP0yA';
    writeFileSync(file, JSON.stringify({ dataFolder, cookies: { secret } }));
    chmodSync(dataFolder, 0o755);
    chmodSync(file, 0o644);
    const sources = { env: asVariables(embedded), file };
    expect(await found(sources)).toEqual(['data_folder_open', 'config_file_open']);
    chmodSync(dataFolder, 0o700);
    chmodSync(file, 0o600);
    expect(await found(sources)).toEqual([]);
  });

  it('says of each finding what is wrong and what mends it', async () => {
    const { unwise } = await checkConfig({ env: asVariables({ host: '0.0.0.0' }) });
    for (const { problem, fix, severity } of unwise) {
      expect([severity, problem.at(-1), fix.at(-1)]).toEqual(['warning', '.', '.']);
    }
  });
});

const adapter = (options: string, ports = '{ fanOut: 1 }'): string => `
export const adapter = {
  name: 'theirs',
  ports: ${ports},
  options: { '~standard': { version: 1, vendor: 'test', validate: (given) => (${options}) } },
  open: () => { throw new Error('a check opens nothing'); },
};
`;

describe('an adapter from outside', () => {
  const checked = async (text: string, given: object) => {
    const path = join(folder, `adapter-${Math.trunc(performance.now() * 1_000)}.mjs`);
    writeFileSync(path, text);
    const { issues } = await checkConfig({
      env: {
        SEALPOST_FAN_OUT__KIND: 'package',
        SEALPOST_FAN_OUT__PACKAGE: path,
        SEALPOST_FAN_OUT__OPTIONS: JSON.stringify(given),
        SEALPOST_PRT: '1',
      },
    });
    return issues.map(({ key, source, problem }) => [key, source, problem]);
  };
  const unknown = ['SEALPOST_PRT', null, expect.stringContaining('unknown variable')];

  it('is loaded, and its options are held against its schema, whatever else is wrong', async () => {
    const schema = `given.wings === 2 ? { value: given } : { issues: [{ message: 'must be 2', path: ['wings'] }] }`;
    const refused = ['fanOut.options.wings', 'SEALPOST_FAN_OUT__OPTIONS', 'must be 2.'];
    expect(await checked(adapter(schema), { wings: 3 })).toEqual([unknown, refused]);
    expect(await checked(adapter(schema), { wings: 2 })).toEqual([unknown]);
  });

  it('that keeps what processes share wants one secret of cookies for all of them', async () => {
    const path = join(folder, 'storage.mjs');
    writeFileSync(path, adapter('{ value: given }', `{ storage: ${portVersions.storage} }`));
    const { 'storage.url': _, 'cookies.secret': secret = '', ...others } = postgres;
    const stored = { ...others, 'storage.kind': 'package', 'storage.package': path };
    const apart = { ...stored, dataFolder: join(folder, 'of one process') };
    expect(await found({ env: asVariables(apart) })).toEqual(['cookie_secret_apart']);
    expect(await found({ env: asVariables({ ...stored, 'cookies.secret': secret }) })).toEqual([]);
  });

  it('that is none is refused', async () => {
    const [, refused] = await checked('export const nothing = 1;', {});
    expect(refused?.[0]).toBe('fanOut.package');
  });
});
