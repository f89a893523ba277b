/** Where a value comes from; the later kinds win over the earlier. */
export type SourceKind = 'default' | 'profile' | 'file' | 'environment' | 'option';

export interface Source {
  readonly kind: SourceKind;
  /** The file, the environment variable or the option. */
  readonly name: string;
}

/** A value that somebody gave for a key, which may not exist. */
export interface Given {
  readonly path: string;
  readonly value: unknown;
  readonly source: Source;
}

export const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nested values as a flat list, down to the keys that hold a value as a whole. */
export function flatten(
  values: unknown,
  source: Source,
  isWhole: (path: string) => boolean,
  path = '',
): Given[] {
  if (!isGroup(values) || isWhole(path)) return [{ path, value: values, source }];
  const entries = Object.entries(values);
  if (entries.length === 0 && path !== '') return [{ path, value: values, source }];
  return entries.flatMap(([name, value]) =>
    flatten(value, source, isWhole, path === '' ? stepOf(name) : `${path}.${stepOf(name)}`),
  );
}

/** A name with a point in it is no path: it is quoted, so that it is known as no key. */
const stepOf = (name: string): string => (name.includes('.') ? JSON.stringify(name) : name);

/** The values of known keys as nested objects; later ones replace earlier ones. */
export function nested(given: readonly Given[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { path, value } of given) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let group = root;
    for (const name of names) {
      const known = group[name];
      group = isGroup(known)
        ? known
        : ((group[name] = {} as Record<string, unknown>) as Record<string, unknown>);
    }
    group[last] = value;
  }
  return root;
}
