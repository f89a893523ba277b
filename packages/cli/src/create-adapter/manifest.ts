import { relative } from 'node:path';

/** Of a package's parts those that come with Sealpost, and where they are in a checkout. */
const ours = { '@sealpost/domain': 'packages/domain', '@sealpost/testing': 'packages/testing' };

/** What the suites and the compiler were proved with. */
const tools = {
  '@fast-check/vitest': '0.5.0',
  '@types/node': '24.19.2',
  'fast-check': '4.10.2',
  typescript: '7.0.2',
  vitest: '5.1.1',
};

export interface ManifestOf {
  readonly name: string;
  /** Where the package is written. */
  readonly folder: string;
  /** Sealpost's own version. */
  readonly version: string;
  /** The root of the checkout that the command runs in; null: it was installed. */
  readonly checkout: string | null;
}

/** The `package.json` of a new adapter. */
export function manifestFor({ name, folder, version, checkout }: ManifestOf): string {
  const sealpost = Object.entries(ours).map(([dependency, path]): [string, string] => [
    dependency,
    checkout === null ? version : `file:${relative(folder, `${checkout}/${path}`)}`,
  ]);
  const manifest = {
    name,
    version: '0.1.0',
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist', 'sealpost-conformance.json'],
    scripts: {
      build: 'tsc -p tsconfig.build.json',
      test: 'tsc && vitest run',
      conformance: 'tsc && sealpost-conformance',
      prepack: 'npm run build',
    },
    // Whoever runs a server has it; its copy and the adapter's may differ.
    peerDependencies: { '@sealpost/domain': version },
    dependencies: { zod: '4.6.7' },
    devDependencies: { ...Object.fromEntries(sealpost), ...tools },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
