import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { workspacePackages } from '../runner/workspace-packages.ts';
import type { Planted } from './planted.ts';

export interface CanaryWorkspace {
  readonly root: string;
  dispose(): void;
}

/** What the checks read beside the sources. */
const settings = [
  '.dependency-cruiser.cjs',
  '.gitignore',
  '.oxlintrc.json',
  'package.json',
  'tsconfig.base.json',
  'packages/*/{package,tsconfig*}.json',
  'packages/adapters/*/{package,tsconfig*}.json',
];

/** Packages that the arrows know before they exist. */
const expected = [{ folder: 'packages/web', name: '@sealpost/web', imports: '@sealpost/client' }];

/** Makes a workspace with the real settings and manifests, empty packages, and the planted files. */
export function canaryWorkspace(real: string, files: readonly Planted[]): CanaryWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'sealpost-canary-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const { folder, name, imports } of expected) {
    write(
      `${folder}/package.json`,
      JSON.stringify({
        name,
        type: 'module',
        exports: { '.': { '@sealpost/source': './src/index.ts' } },
        dependencies: { [imports]: '*' },
      }),
    );
  }
  for (const path of globSync(settings, { cwd: real })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(join(real, path), join(root, path));
  }
  for (const { folder } of workspacePackages(root)) write(`${folder}/src/index.ts`, 'export {};\n');
  for (const { path, source } of files) write(path, source);
  linkModules(real, root);
  return { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
}

/** The real installation, but with the workspace's names leading to the canary's own packages. */
function linkModules(real: string, root: string): void {
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@sealpost'), { recursive: true });
  for (const entry of readdirSync(join(real, 'node_modules'))) {
    if (entry === '@sealpost' || entry === '.cache') continue;
    symlinkSync(join(real, 'node_modules', entry), join(modules, entry));
  }
  for (const { name, folder } of workspacePackages(root)) {
    const link = join(modules, name);
    symlinkSync(relative(dirname(link), join(root, folder)), link);
  }
}
