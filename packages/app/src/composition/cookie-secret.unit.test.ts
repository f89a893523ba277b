import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFrom } from '../config/load-config.ts';
import { cookieSecret } from './cookie-secret.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'sealpost-cookies-')), 'data');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const embedded = () => configFrom({ dataFolder: folder });

describe('cookieSecret', () => {
  it('is made once and kept in the data folder, for this user alone', async () => {
    const secret = await cookieSecret(embedded());
    expect(secret).toHaveLength(32);
    expect(await cookieSecret(embedded())).toEqual(secret);
    expect(statSync(join(folder, 'cookie-secret')).mode & 0o777).toBe(0o600);
  });

  it('is one secret when it is asked for many times at once', async () => {
    const secrets = await Promise.all(Array.from({ length: 16 }, () => cookieSecret(embedded())));
    expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(1);
  });

  it('is the configured one where there is one', async () => {
    const secret = 'x'.repeat(32);
    expect(await cookieSecret(configFrom({ dataFolder: folder, cookies: { secret } }))).toEqual(
      new TextEncoder().encode(secret),
    );
  });

  it('leaves nothing on disk for a server that keeps nothing', async () => {
    const memory = configFrom({ profile: 'memory', dataFolder: folder });
    expect(await cookieSecret(memory)).not.toEqual(await cookieSecret(memory));
    expect(() => statSync(folder)).toThrow('ENOENT');
  });
});
