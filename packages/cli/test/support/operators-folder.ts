import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkout } from './adapter-workshop.ts';

interface Manifest {
  readonly name: string;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
}

/** A folder where an operator installs packages and starts a server. */
export class OperatorsFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-operator-')));

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** As from a registry: a copy of what the package in the folder ships, and nothing else. */
  install(folder: string): void {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const place = join(this.path, 'node_modules', manifest.name);
    for (const shipped of [
      'package.json',
      ...(manifest.files ?? []),
      ...Object.values(manifest.bin ?? {}),
    ]) {
      mkdirSync(dirname(join(place, shipped)), { recursive: true });
      cpSync(join(folder, shipped), join(place, shipped), { recursive: true });
    }
  }

  /** What others published, as it is in the checkout. */
  installOthers(): void {
    const [from, to] = [join(checkout, 'node_modules'), join(this.path, 'node_modules')];
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from))
      if (name !== '@sealpost' && !name.startsWith('.'))
        symlinkSync(join(from, name), join(to, name));
  }

  /** All of Sealpost. Answers its command. */
  installSealpost(): string {
    for (const manifest of globSync('packages/{,adapters/}*/package.json', { cwd: checkout }))
      this.install(join(checkout, dirname(manifest)));
    return join(this.path, 'node_modules/@sealpost/cli/bin/sealpost.js');
  }
}
