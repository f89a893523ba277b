import { describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';
import { profiles } from './profiles.ts';
import { schema } from './schema.ts';

/** What no profile can know. */
const shared = {
  SEALPOST_STORAGE__URL: 'postgres://127.0.0.1/sealpost',
  SEALPOST_COOKIES__SECRET: 'a secret of at least 32 characters',
};
const toBeGiven: Record<string, Record<string, string>> = {
  postgres: shared,
  'postgres-mongo': { ...shared, SEALPOST_HISTORY__URL: 'mongodb://127.0.0.1' },
  'postgres-redis': { ...shared, SEALPOST_REDIS__URLS: 'redis://127.0.0.1' },
};

describe('profiles', () => {
  it('are those that the configuration allows', () => {
    expect(Object.keys(profiles)).toEqual(schema.shape.profile.unwrap().options);
  });

  it.each(Object.entries(profiles))('%s is a whole configuration', (name, families) => {
    const config = loadConfig({ env: { SEALPOST_PROFILE: name, ...toBeGiven[name] } });
    expect(config).toMatchObject(families);
  });

  it('give way to a family that is set on its own', () => {
    const config = loadConfig({
      env: { SEALPOST_PROFILE: 'embedded', SEALPOST_STORAGE__KIND: 'memory' },
    });
    expect(config.storage).toEqual({ kind: 'memory' });
    expect(config.profile).toBe('embedded');
  });
});
