import { describe, expect, it } from 'vitest';
import { describeConfig } from './describe-config.ts';
import { readConfig } from './load-config.ts';

const rowsOf = (env: Record<string, string>) => describeConfig(readConfig({ env }));

describe('describeConfig', () => {
  const env = {
    SEALPOST_STORAGE__KIND: 'postgres',
    SEALPOST_STORAGE__URL: 'postgres://user:hidden-word@db/x',
    SEALPOST_COOKIES__SECRET: 'hidden-word'.repeat(4),
    SEALPOST_PORT: '1',
  };

  it('says of each key what it is and where that comes from', () => {
    const rows = new Map(rowsOf(env).map((row) => [row.key, row]));
    expect(rows.get('port')).toMatchObject({
      value: '1',
      source: 'environment',
      from: 'SEALPOST_PORT',
    });
    expect(rows.get('fanOut.kind')).toMatchObject({
      value: '"memory"',
      source: 'profile',
      from: 'embedded',
    });
    expect(rows.get('host')).toMatchObject({
      value: '"127.0.0.1"',
      source: 'default',
      from: '',
      variable: 'SEALPOST_HOST',
    });
  });

  it('shows no secret', () => {
    const shown = JSON.stringify(rowsOf(env).map(({ value, from }) => [value, from]));
    expect(shown).not.toContain('hidden-word');
    expect(shown).not.toContain('user:');
  });

  it('does not look as if there were a secret where none is given', () => {
    const values = new Map(rowsOf({}).map(({ key, value }) => [key, value]));
    expect([values.get('cookies.secret'), values.get('redis.urls')]).toEqual(['null', 'null']);
  });

  it('leaves out what does not apply to the chosen adapters', () => {
    expect(rowsOf({ SEALPOST_PROFILE: 'memory' }).map(({ key }) => key)).not.toContain(
      'storage.url',
    );
  });
});
