import type { ContainerModuleLoadOptions, ServiceIdentifier } from 'inversify';

type Tokens<Parts> = { readonly [Name in keyof Parts]: ServiceIdentifier<Parts[Name]> };

/** Binds what is made of named parts, each of which the container resolves. */
export function bindFrom<T, Parts extends object>(
  bind: ContainerModuleLoadOptions['bind'],
  token: ServiceIdentifier<T>,
  tokens: Tokens<Parts>,
  make: (parts: Parts) => T | Promise<T>,
): void {
  const names = Object.keys(tokens) as (keyof Parts)[];
  const assemble = (...values: unknown[]): T | Promise<T> =>
    make(Object.fromEntries(names.map((name, index) => [name, values[index]])) as Parts);
  bind(token).toResolvedValue<unknown[]>(
    assemble,
    names.map((name) => tokens[name]),
  );
}
