import { catalogue } from './catalogue.ts';
import { ConfigError } from './config-error.ts';
import { readText } from './environment.ts';
import type { Given } from './given.ts';

/** Values from a command line's `key=value`; the value is written as in an environment variable. */
export function fromOptions(settings: readonly string[]): Given[] {
  return settings.map((setting) => {
    const at = setting.indexOf('=');
    const path = setting.slice(0, at);
    // What follows may be a secret, so it is not repeated.
    if (at < 1)
      throw new ConfigError([
        { key: '--set', source: null, problem: 'is written --set key=value.' },
      ]);
    const text = setting.slice(at + 1);
    const key = catalogue.get(path);
    const value = key ? readText(text, key) : text;
    return { path, value, source: { kind: 'option', name: '--set' } };
  });
}
