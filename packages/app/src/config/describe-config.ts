import { catalogue, type Key } from './catalogue.ts';
import { variableOf } from './environment.ts';
import type { SourceKind } from './given.ts';
import type { LoadedConfig } from './load-config.ts';

/** One key with its effective value, fit to be shown. */
export interface ConfigRow {
  readonly key: string;
  /** As JSON; a secret is masked. */
  readonly value: string;
  readonly source: SourceKind;
  /** The file, variable or option that gave it; empty for defaults. */
  readonly from: string;
  readonly description: string;
  readonly allowed: string;
  /** The variable that sets it. */
  readonly variable: string;
}

const mask = '"********"';

function valueAt(config: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((group, name) => {
    const known = group as Readonly<Record<string, unknown>> | undefined;
    return known?.[name];
  }, config);
}

/** Every key that applies to this configuration, with its value and where that comes from. */
export function describeConfig({ config, given }: LoadedConfig): ConfigRow[] {
  const row = ({ path, secret, description, allowed }: Key): ConfigRow[] => {
    const value = valueAt(config, path);
    if (value === undefined) return [];
    const source = given.get(path)?.source;
    return [
      {
        key: path,
        value: secret && value !== null ? mask : JSON.stringify(value),
        source: source?.kind ?? 'default',
        from: source?.name ?? '',
        description,
        allowed,
        variable: variableOf(path),
      },
    ];
  };
  return [...catalogue.values()].flatMap(row);
}
