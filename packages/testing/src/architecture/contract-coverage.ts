/** A source file of a package. */
export interface SourceFile {
  /** Relative to the workspace's root. */
  readonly path: string;
  readonly text: string;
}

/** A package's product and its tests. */
export interface CoveredPackage {
  readonly folder: string;
  readonly sources: readonly SourceFile[];
  readonly tests: readonly SourceFile[];
}

export interface Implementation {
  readonly port: string;
  readonly name: string;
  readonly path: string;
  /** It is one only together with another that it is put around. */
  readonly decorates: boolean;
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');

/** Classes and constants that say that they are a port, and functions that make one. */
export function implementationsIn({ path, text }: SourceFile): Implementation[] {
  const code = withoutComments(text);
  const classes = [...code.matchAll(/\bclass\s+(\w+)[^{]*?\bimplements\s+([^{]+)\{/g)];
  const constants = [...code.matchAll(/\bexport\s+const\s+(\w+)\s*:\s*(\w+)\s*=/g)];
  const makers = [...code.matchAll(/\bexport\s+function\s+(\w+)[^{]*?\([^]*?\)\s*:\s*(\w+)\s*\{/g)];
  return [...classes, ...constants, ...makers].flatMap(([, name = '', ports = '']) =>
    ports.split(',').map((given) => {
      const port = given.trim().replace(/<.*/, '');
      return { port, name, path, decorates: new RegExp(`\\binner: ${port}\\b`).test(code) };
    }),
  );
}

/** The interfaces and types that a port file exports. */
export const portsIn = ({ text }: SourceFile): string[] =>
  [...withoutComments(text).matchAll(/^export\s+(?:interface|type)\s+(\w+)/gm)].map(
    ([, name = '']) => name,
  );

const calls = ({ text }: SourceFile, suite: string): boolean =>
  new RegExp(`\\b${suite}\\(`).test(withoutComments(text));

/**
 * Says which implementation lacks which suite of its port. A package's tests have to call it; where a package has
 * several implementations of one port, each must also be named by the tests that call it, or by the fixtures.
 */
export function missingSuites(
  packages: readonly CoveredPackage[],
  suitesOf: Readonly<Record<string, readonly string[]>>,
  fixtures: readonly SourceFile[] = [],
): string[] {
  return packages.flatMap(({ sources, tests }) => {
    const all = sources.flatMap(implementationsIn);
    return all.flatMap(({ port, name, path }) => {
      const several = all.filter((other) => other.port === port).length > 1;
      const names = new RegExp(`\\b${name}\\b|/${fileNameOf(path)}'`);
      return (suitesOf[port] ?? [])
        .filter((suite) => {
          const callers = tests.filter((test) => calls(test, suite));
          const named = [...callers, ...fixtures].some(({ text }) => names.test(text));
          return callers.length === 0 || (several && !named);
        })
        .map((suite) => `${path}: ${name} does not run ${suite}, which every ${port} runs`);
    });
  });
}

const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Ports that have a second implementation although they have no suite; what is put around another is none. */
export function unprovenSeconds(
  packages: readonly CoveredPackage[],
  portsOfOneAdapter: readonly string[],
): string[] {
  const all = packages.flatMap(({ sources }) => sources.flatMap(implementationsIn));
  return portsOfOneAdapter.flatMap((port) => {
    const names = all.flatMap((one) => (one.port === port && !one.decorates ? [one.name] : []));
    return names.length > 1 ? [`${port} has no suite but ${names.join(' and ')}`] : [];
  });
}
