import { describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';
import { profiles } from './profiles.ts';
import { schema } from './schema.ts';

describe('profiles', () => {
  it('are those that the configuration allows', () => {
    expect(Object.keys(profiles)).toEqual(schema.shape.profile.unwrap().options);
  });

  it.each(Object.entries(profiles))('%s is a whole configuration', (name, families) => {
    const config = loadConfig({ env: { SEALPOST_PROFILE: name } });
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
