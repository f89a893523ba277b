import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** A folder in which an operator starts a server, as the working folder of this test. */
export function anOperatorsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-operator-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  onTestFinished(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export interface OutsidePackage {
  /** More of its `package.json`, or something else. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** What it consists of, by path; what it exports is `index.js`. */
  readonly files: Readonly<Record<string, string>>;
}

/** Installs a package of JavaScript in the folder. Answers where it is. */
export function install(
  folder: string,
  name: string,
  { manifest = {}, files }: OutsidePackage,
): string {
  const place = join(folder, 'node_modules', name);
  const all = {
    'package.json': JSON.stringify({
      name,
      version: '1.0.0',
      type: 'module',
      exports: { '.': { types: './index.d.ts', default: './index.js' } },
      ...manifest,
    }),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  }
  return place;
}

/** An adapter of one family that does nothing; its options are a `url` of three schemes and no more. */
export const anAdapter = (ports = '{ fanOut: 1 }'): string => `
const fanOut = { publish() {}, announce() {}, subscribe: async () => async () => {} };
export const adapter = {
  name: 'nothing',
  ports: ${ports},
  options: { '~standard': { version: 1, vendor: 'nobody', validate: (given) =>
    typeof given.url === 'string' && /^(tcp|tls|unix):/.test(given.url)
      ? { value: given }
      : { issues: [{ path: ['url'], message: 'given ' + given.url + '; allowed is a URL' }] } } },
  open: async (options) => ({
    ports: { fanOut },
    preparation: null,
    everyValue: null,
    health: async () => [{ severity: 'warning', code: 'options', problem: JSON.stringify(options), fix: '' }],
    stop: async () => {},
  }),
};
`;
