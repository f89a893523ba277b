import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, defaultRates } from '@sealpost/domain';
import { fc, it } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { catalogue } from './catalogue.ts';
import { ConfigError } from './config-error.ts';
import { type Environment, variableOf } from './environment.ts';
import { configFrom, type ConfigSources, loadConfig, readConfig } from './load-config.ts';
import { fromOptions } from './options.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function refusal(sources: ConfigSources): ConfigError {
  try {
    loadConfig(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  return expect.unreachable('the configuration was accepted');
}

const postgresUrl = 'postgres://sealpost:SECRET-PASSWORD@db/sealpost';
const cookieSecret = 'SECRET-SECRET-SECRET-SECRET-SECRET';

describe('the configuration', () => {
  it('needs nothing to be given: the embedded profile, on this machine only, with the limits of the domain', () => {
    const config = loadConfig({});
    expect(config.profile).toBe('embedded');
    expect(config.storage).toEqual({ kind: 'embedded-postgres', poolSize: 10 });
    expect(config.host).toBe('127.0.0.1');
    expect(config.limits).toEqual({ ...defaultLimits, rates: defaultRates });
  });

  it('takes options before the environment, the environment before the file, the file before the profile', () => {
    const file = written(
      'order.yaml',
      'port: 1001\nhost: file.example\ndrainMs: 1\nstorage: {kind: memory}\n',
    );
    const env = { SEALPOST_PORT: '1002', SEALPOST_HOST: 'environment.example' };
    const { config, given } = readConfig({ file, env, options: fromOptions(['port=1003']) });
    expect([config.port, config.host, config.drainMs, config.storage.kind]).toEqual([
      1003,
      'environment.example',
      1,
      'memory',
    ]);
    expect(given.get('port')?.source).toEqual({ kind: 'option', name: '--set' });
    expect(given.get('host')?.source).toEqual({ kind: 'environment', name: 'SEALPOST_HOST' });
    expect(given.get('drainMs')?.source).toEqual({ kind: 'file', name: file });
    expect(given.get('fanOut.kind')?.source).toEqual({ kind: 'profile', name: 'embedded' });
  });

  it('finds its file by the environment, unless another one is named', () => {
    const [one, other] = [written('one.yaml', 'port: 1'), written('other.yaml', 'port: 2')];
    expect(loadConfig({ env: { SEALPOST_CONFIG: one } }).port).toBe(1);
    expect(loadConfig({ env: { SEALPOST_CONFIG: one }, file: other }).port).toBe(2);
  });

  it('accepts an empty file', () => {
    expect(loadConfig({ file: written('empty.yaml', '# nothing yet\n') })).toEqual(loadConfig({}));
  });

  it('reads numbers, truths and lists from variables, and takes an empty variable for an absent one', () => {
    const env = {
      SEALPOST_LIMITS__MESSAGE_BYTES: '4096',
      SEALPOST_ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080',
      SEALPOST_PUBLIC_URL: '',
      SEALPOST_RETENTION__DAYS: '30',
      SEALPOST_LOG__LEVEL: 'warn',
    };
    const config = loadConfig({ env });
    expect(config.limits.messageBytes).toBe(4096);
    expect(config.allowedOrigins).toEqual(['https://a.example', 'http://b.example:8080']);
    expect(config.publicUrl).toBeNull();
    expect(config.retention.days).toBe(30);
    expect(config.log.level).toBe('warn');
  });

  it('leaves variables of tests and tools, and of other programs, alone', () => {
    const env = {
      SEALPOST_CHROMIUM: '/x',
      SEALPOST_REDIS_URL: 'y',
      SEALPOST_MONGODB_URL: 'z',
      SEALPOST_TEST_SEED: '1',
      SEALPOSTAL: '1',
    };
    expect(loadConfig({ env })).toEqual(loadConfig({}));
  });

  it('reads a secret from the file that a variable names, without its last line break', () => {
    const env = {
      SEALPOST_STORAGE__KIND: 'postgres',
      SEALPOST_STORAGE__URL_FILE: written('url', `${postgresUrl}\n`),
      SEALPOST_COOKIES__SECRET: cookieSecret,
    };
    expect(loadConfig({ env }).storage).toMatchObject({ kind: 'postgres', url: postgresUrl });
  });

  it('is the same for programs that give values', () => {
    expect(configFrom({ profile: 'memory', port: 0 })).toEqual(
      loadConfig({ options: fromOptions(['profile=memory', 'port=0']) }),
    );
  });
});

describe('a configuration is refused', () => {
  const byVariable: readonly (readonly [string, Environment, readonly string[]])[] = [
    ['an unknown variable', { SEALPOST_PRT: '1' }, ['SEALPOST_PRT', 'Did you mean SEALPOST_PORT?']],
    [
      'a group that does not exist',
      { SEALPOST_LIMIT__MESSAGE_BYTES: '1' },
      ['Did you mean SEALPOST_LIMITS__MESSAGE_BYTES?'],
    ],
    [
      'a number that is none',
      { SEALPOST_PORT: '80a' },
      ['port (SEALPOST_PORT)', 'given "80a"', 'an integer from 0 to 65535'],
    ],
    [
      'a number that may be null, out of its range',
      { SEALPOST_RETENTION__DAYS: '0' },
      ['retention.days', 'given 0', 'from 1 to 36500, or null'],
    ],
    [
      'a number out of its range',
      { SEALPOST_LIMITS__ACCESS_TOKEN_MS: '600001' },
      ['limits.accessTokenMs', 'given 600001', 'from 10000 to 600000'],
    ],
    [
      'an unknown profile',
      { SEALPOST_PROFILE: 'embeded' },
      ['given "embeded"', 'one of embedded, postgres, postgres-redis, postgres-mongo, memory'],
    ],
    [
      'an unknown adapter',
      { SEALPOST_STORAGE__KIND: 'mysql' },
      ['storage.kind', 'given "mysql"', 'one of memory, embedded-postgres, postgres'],
    ],
    [
      'an origin with a path',
      { SEALPOST_ALLOWED_ORIGINS: 'https://a.example/chat' },
      ['allowedOrigins', 'without a path'],
    ],
    [
      'a public address of another protocol',
      { SEALPOST_PUBLIC_URL: 'ftp://a.example' },
      ['publicUrl', 'given "ftp://a.example"', 'http:// or https://'],
    ],
    [
      'a missing value',
      { SEALPOST_STORAGE__KIND: 'postgres', SEALPOST_COOKIES__SECRET: cookieSecret },
      ['storage.url: not given', 'postgres://user:password@host'],
    ],
    [
      'a value of another adapter',
      { SEALPOST_STORAGE__POOL_SIZE: '3', SEALPOST_PROFILE: 'memory' },
      ['storage.poolSize (SEALPOST_STORAGE__POOL_SIZE): does not apply to storage.kind memory'],
    ],
    [
      'limits that contradict each other',
      { SEALPOST_LIMITS__REFILL_BELOW: '101' },
      ['limits.refillBelow', 'at most limits.oneTimeBundles'],
    ],
    [
      'messages larger than changes',
      { SEALPOST_LIMITS__CHANGE_BYTES: '4096' },
      ['limits.changeBytes', 'at least limits.messageBytes'],
    ],
    [
      'a shared database without a shared secret',
      { SEALPOST_STORAGE__KIND: 'postgres', SEALPOST_STORAGE__URL: postgresUrl },
      ['cookies.secret', 'the same for every process'],
    ],
    [
      'an adapter that there is not',
      { SEALPOST_FAN_OUT__KIND: 'carrier-pigeon' },
      ['fanOut.kind (SEALPOST_FAN_OUT__KIND): given "carrier-pigeon"; allowed: one of memory'],
    ],
    [
      'a package that is not named',
      { SEALPOST_FAN_OUT__KIND: 'package' },
      ['fanOut.package: not given; allowed: the name of a package, or a path'],
    ],
    [
      'options that are no object, and does not show them',
      { SEALPOST_FAN_OUT__KIND: 'package', SEALPOST_FAN_OUT__OPTIONS: '{"url' },
      [
        'fanOut.options (SEALPOST_FAN_OUT__OPTIONS): given a secret (not shown); allowed: an object',
      ],
    ],
    [
      'a shared database that is not named',
      { SEALPOST_PROFILE: 'postgres' },
      ['storage.url: not given', 'postgres://user:password@host'],
    ],
    [
      'a secret that is given twice',
      { SEALPOST_COOKIES__SECRET: cookieSecret, SEALPOST_COOKIES__SECRET_FILE: '/dev/null' },
      ['cookies.secret', 'keep one of the two'],
    ],
    [
      'a secret in a file that is not there',
      { SEALPOST_COOKIES__SECRET_FILE: '/nowhere/secret' },
      ['cookies.secret', '/nowhere/secret', 'ENOENT'],
    ],
    [
      'a file for what is no secret',
      { SEALPOST_PORT_FILE: '/dev/null' },
      ['SEALPOST_PORT_FILE: unknown variable'],
    ],
  ];
  it.each(byVariable)('for %s', (_, env, said) => {
    const { message } = refusal({ env });
    for (const words of said) expect(message).toContain(words);
    expect(message).not.toContain('SECRET-');
  });

  const byFile: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'an unknown key',
      'limits: {messageByts: 1}',
      ['limits.messageByts', 'Did you mean limits.messageBytes?'],
    ],
    ['a key of no group', 'colour: red', ['colour', 'unknown key.']],
    ['a value where a group is', 'limits: 5', ['limits', 'is a group of keys, not a value']],
    ['a group where a value is', 'port: {number: 1}', ['port.number', 'unknown key']],
    ['a text for a number', 'port: "8470"', ['port', 'given "8470"', 'an integer']],
    [
      'a key that every object has',
      '__proto__: {port: 1}\nconstructor: {name: x}',
      ['__proto__.port: unknown', 'constructor.name'],
    ],
    ['no YAML', 'port: [1', ['not YAML in line']],
    ['a key given twice', 'port: 1\nport: 2', ['not YAML in line 2 (DUPLICATE_KEY)']],
    ['a list of keys', '- port', ['is not a list of keys with values']],
  ];
  it.each(byFile)('for %s in its file', (name, text, said) => {
    const file = written(`${name}.yaml`, text);
    const { message } = refusal({ file });
    for (const words of said) expect(message.replaceAll(` (${file})`, '')).toContain(words);
    expect(message).toContain(file);
  });

  it('for a file that is not there', () => {
    expect(refusal({ file: '/nowhere.yaml' }).message).toContain('cannot be read (ENOENT)');
  });

  it('for an option that is not written key=value, without repeating it', () => {
    expect(() => fromOptions(['SECRET-VALUE'])).toThrow(ConfigError);
    expect(() => fromOptions(['SECRET-VALUE'])).not.toThrow(/SECRET/);
  });

  it('for everything that is wrong at once', () => {
    const { issues } = refusal({
      env: { SEALPOST_PRT: '1', SEALPOST_PORT: 'x', SEALPOST_HOST: 'h', SEALPOST_DRAIN_MS: '-1' },
    });
    expect(issues.map(({ key }) => key)).toEqual(['SEALPOST_PRT', 'port', 'drainMs']);
  });

  it('without repeating a wrong line of its file, which may be a secret', () => {
    const { message } = refusal({
      file: written('secret.yaml', 'storage: {url: SECRET-URL, url: SECRET-OTHER]'),
    });
    expect(message).not.toContain('SECRET');
  });
});

describe('keys that contradict each other', () => {
  it.each([
    ['limits.oneTimeBundles', '1', 'limits.refillBelow'],
    ['limits.messageBytes', '4000000', 'limits.changeBytes'],
    ['limits.rates.messages.burst', '2', 'limits.rates.messages.refill'],
    ['limits.rates.typing.everyMs', '86400000', 'limits.rates.typing.burst'],
  ])('are both named when only %s was given', (path, text, other) => {
    const load = () => loadConfig({ env: { [variableOf(path)]: text } });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(path);
    expect(load).toThrow(other);
  });
});

describe('a rate', () => {
  it('is set by its path, and keeps the rest of its allowance', () => {
    const env = { SEALPOST_LIMITS__RATES__CREDENTIALS_BY_NETWORK__BURST: '7' };
    expect(loadConfig({ env }).limits.rates.credentialsByNetwork).toEqual({
      ...defaultRates.credentialsByNetwork,
      burst: 7,
    });
  });

  it('that no limiter has is refused with a suggestion', () => {
    const load = () => loadConfig({ env: { SEALPOST_LIMITS__RATES__MESAGES__BURST: '7' } });
    expect(load).toThrow('Did you mean SEALPOST_LIMITS__RATES__MESSAGES__BURST?');
  });
});

describe('every key', () => {
  const keys = [...catalogue.values()];

  it.each(keys.map(({ path, ...key }) => [path, key] as const))(
    '%s has a description, and says what is allowed',
    (_, key) => {
      expect(key.description).toMatch(/^[A-Z].*\.$/);
      expect(key.allowed).not.toBe('a text');
    },
  );

  it.prop([
    fc.constantFrom(...keys),
    fc.oneof(fc.string({ minLength: 1 }), fc.integer().map(String), fc.constant('true')),
  ])('takes a text from its variable, or is named in the refusal', ({ path, secret }, text) => {
    const marked = secret ? `MARK${text}` : text;
    try {
      loadConfig({ env: { [variableOf(path)]: marked } });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(
        error.issues.some(({ key, source }) => key === path || source === variableOf(path)),
      ).toBe(true);
      if (secret) expect(error.message).not.toContain('MARK');
    }
  });
});
