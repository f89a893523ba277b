import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portsOfOneAdapter, suitesOfPorts } from '../contracts/registry.ts';
import { filesOf, workspacePackages, type WorkspacePackage } from '../runner/workspace-packages.ts';
import {
  implementationsIn,
  missingSuites,
  portsIn,
  unprovenSeconds,
  type CoveredPackage,
  type SourceFile,
} from './contract-coverage.ts';

const root = join(import.meta.dirname, '../../../..');
const suites: Record<string, readonly string[]> = Object.fromEntries(
  Object.entries(suitesOfPorts).map(([port, named]) => [port, Object.keys(named)]),
);
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

function read(pkg: WorkspacePackage, pattern: string): SourceFile[] {
  return filesOf(root, pkg, pattern).map((file) => {
    const path = `${pkg.folder}/${file}`;
    return { path, text: readFileSync(join(root, path), 'utf8') };
  });
}

function covered(pkg: WorkspacePackage): CoveredPackage {
  const files = [...read(pkg, 'src/**/*.ts'), ...read(pkg, 'test/**/*.ts')];
  return {
    folder: pkg.folder,
    sources: files.filter(({ path }) => path.startsWith(`${pkg.folder}/src/`) && !isTest(path)),
    tests: files.filter(({ path }) => isTest(path)),
  };
}

const workspace = workspacePackages(root);
const testing = workspace.filter(({ folder }) => folder === 'packages/testing');
const products = workspace.filter((pkg) => !testing.includes(pkg)).map(covered);
const fixtures = testing.flatMap((pkg) => read(pkg, 'src/fixtures/**/*.ts'));

describe('the contract suites', () => {
  it('are run whole by everything that implements their port', () => {
    expect(missingSuites(products, suites, fixtures)).toEqual([]);
  });

  it('exist for every port of which there is a second implementation', () => {
    expect(unprovenSeconds(products, portsOfOneAdapter)).toEqual([]);
  });

  it('are decided on for every port file', () => {
    const known = new Set<string>([...Object.keys(suitesOfPorts), ...portsOfOneAdapter]);
    const files = products
      .flatMap(({ sources }) => sources)
      .filter(({ path }) => path.endsWith('.port.ts'));
    expect(files.length).toBeGreaterThan(20);
    const unknown = files.filter((file) => !portsIn(file).some((name) => known.has(name)));
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });

  it('are looked for where the implementations are', () => {
    const found = products.flatMap(({ folder, sources }) =>
      sources.flatMap(implementationsIn).map(({ port }) => `${port} in ${folder}`),
    );
    const stores = Object.keys(suitesOfPorts).slice(0, 9);
    const expected = [
      ...stores.flatMap((port) =>
        ['memory', 'postgres'].map((name) => `${port} in packages/adapters/${name}`),
      ),
      'FanOut in packages/adapters/memory',
      'PresenceLeases in packages/adapters/memory',
      'ConversationLog in packages/domain',
      'LocalStore in packages/client',
      'CryptoEngine in packages/client',
    ];
    expect(found).toEqual(expect.arrayContaining(expected));
  });
});

describe('the check of the contract suites', () => {
  const adapter = (test: string, ...more: string[]): CoveredPackage[] => {
    const texts = ['export class NewLog implements ConversationLog {}', ...more];
    return [
      {
        folder: 'packages/adapters/new',
        sources: texts.map((text, index) => ({ path: `src/new-log-${index}.ts`, text })),
        tests: [{ path: 'test/new-log.unit.test.ts', text: test }],
      },
    ];
  };
  const both = 'conversationLogContract(subject);\nlogModelSuite(subject, { runs: 9 });';

  it('is content with an adapter that runs every suite', () => {
    expect(missingSuites(adapter(both), suites)).toEqual([]);
  });

  it('names the suite that an adapter does not run', () => {
    expect(missingSuites(adapter('conversationLogContract(subject);'), suites)).toEqual([
      'src/new-log-0.ts: NewLog does not run logModelSuite, which every ConversationLog runs',
    ]);
    expect(missingSuites(adapter(''), suites)).toHaveLength(2);
  });

  it('does not take a comment, an import or another name for a call', () => {
    const pretended = [
      '// conversationLogContract(subject)',
      '/* conversationLogContract(subject) */',
      "import { conversationLogContract } from '@sealpost/testing';",
      'notTheConversationLogContract(subject); myconversationLogContract(subject);',
    ];
    for (const test of pretended) expect(missingSuites(adapter(test), suites)).toHaveLength(2);
  });

  it('sees classes with several ports or with a base, typed constants and functions', () => {
    const sources = [
      'class Two extends Base implements Other, FanOut {}',
      'class Generic<T extends object>\n  implements\n    CursorStore {}',
      'export const store: SessionStore = {};',
      'export function make({ a = () => 1 }: { a?: () => number } = {}): KeyDirectory {}',
    ];
    const found = sources.flatMap((text) => implementationsIn({ path: 'a.ts', text }));
    expect(found.map(({ name, port }) => `${name} ${port}`)).toEqual([
      'Two Other',
      'Two FanOut',
      'Generic CursorStore',
      'store SessionStore',
      'make KeyDirectory',
    ]);
  });

  it('wants the second implementation in a package to be named by the tests', () => {
    const second = 'export class SecondLog implements ConversationLog {}';
    const naming = `${both}\nnew NewLog(); new SecondLog();`;
    expect(missingSuites(adapter(naming, second), suites)).toEqual([]);
    expect(missingSuites(adapter(`${both}\nnew NewLog();`, second), suites)).toHaveLength(2);
  });

  it('wants a suite once a port has a second implementation', () => {
    const clocks = ['class A implements Clock {}', 'class B implements Clock {}'];
    expect(unprovenSeconds(adapter('', ...clocks), ['Clock'])).toEqual([
      'Clock has no suite but A and B',
    ]);
    expect(unprovenSeconds(adapter('', 'class A implements Clock {}'), ['Clock'])).toEqual([]);
    const around = 'class B implements Clock { constructor(inner: Clock) {} }';
    expect(unprovenSeconds(adapter('', clocks[0] ?? '', around), ['Clock'])).toEqual([]);
  });
});
