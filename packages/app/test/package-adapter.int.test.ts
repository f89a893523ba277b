import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterHost } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { openPackage } from '../src/backends/package-adapter.ts';
import { anAdapter, anOperatorsFolder, install } from './support/outside-package.ts';

const options = { url: 'tcp://127.0.0.1:1' };

// The adapter of these tests asks its host for nothing.
const host = {} as AdapterHost;

const opened = (name: string, given: Readonly<Record<string, unknown>> = options) =>
  openPackage({ use: 'fanOut', package: name, options: given }, host);

const refusal = (name: string, given?: Readonly<Record<string, unknown>>) =>
  opened(name, given).then(
    () => expect.unreachable(),
    (error: unknown) => (error as Error).message,
  );

describe('an adapter from outside', () => {
  it('is opened with its options', async () => {
    install(anOperatorsFolder(), 'hub', { files: { 'index.js': anAdapter() } });
    const { ports, health } = await opened('hub');
    expect(Object.keys(ports)).toEqual(['fanOut']);
    expect(await health()).toMatchObject([{ problem: JSON.stringify(options) }]);
  });

  it.each([
    ['for import only', { exports: { '.': { types: './index.d.ts', import: './index.js' } } }],
    ['as a text', { exports: './index.js' }],
    ['by main', { exports: undefined, main: './index.js' }],
    ['of a scope', { name: '@team/hub' }],
  ])('is found whatever its exports are: %s', async (_, manifest) => {
    const name = 'name' in manifest ? manifest.name : 'hub';
    install(anOperatorsFolder(), name, { manifest, files: { 'index.js': anAdapter() } });
    expect((await opened(name)).ports).toHaveProperty('fanOut');
  });

  it.each(['./mine', './mine/index.js'])('is found by a path: %s', async (path) => {
    const folder = anOperatorsFolder();
    const manifest = { exports: { '.': { import: './index.js' } } };
    const place = install(folder, 'hub', { manifest, files: { 'index.js': anAdapter() } });
    cpSync(place, join(folder, 'mine'), { recursive: true });
    expect((await opened(path)).ports).toHaveProperty('fanOut');
    expect((await opened(join(folder, path))).ports).toHaveProperty('fanOut');
  });

  it('is refused when it is not installed where the server is started', async () => {
    const folder = anOperatorsFolder();
    expect(await refusal('hub')).toBe(
      `The configuration cannot be used:\n  fanOut.package: hub is not found from ${folder} (MODULE_NOT_FOUND). ` +
        'Install it in the folder where the server is started.',
    );
    expect(await refusal('./nothing')).toContain('(MODULE_NOT_FOUND)');
  });

  it('is refused when it lacks something itself, or is TypeScript, or ends in a fault', async () => {
    const folder = anOperatorsFolder();
    install(folder, 'lacking', { files: { 'index.js': "import 'nowhere';" } });
    install(folder, 'untyped', { files: { 'index.js': 'throw new RangeError("hidden-word");' } });
    expect(await refusal('lacking')).toContain(
      'lacking cannot be loaded (ERR_MODULE_NOT_FOUND). It lacks a package or a file of its own.',
    );
    expect(await refusal('untyped')).toContain('untyped cannot be loaded (RangeError).');
    expect(await refusal('untyped')).not.toContain('hidden-word');
  });

  it.each([
    'export const other = 1;',
    'export const adapter = null;',
    'export const adapter = { ports: null, open() {}, options: {} };',
    'export default {};',
  ])('is refused when it exports none: %s', async (text) => {
    install(anOperatorsFolder(), 'hub', { files: { 'index.js': text } });
    expect(await refusal('hub')).toContain(
      'fanOut.package: hub exports no adapter: see docs/adapters/README.md.',
    );
  });

  it('is refused when it is made for another version of the port', async () => {
    install(anOperatorsFolder(), 'hub', { files: { 'index.js': anAdapter('{ fanOut: 7 }') } });
    expect(await refusal('hub')).toContain(
      'fanOut.package: hub is made for version 7 of fanOut; this server has version 1.',
    );
  });

  it('is refused for a family that it does not provide', async () => {
    const text = anAdapter('{ presence: 1, rateLimits: 1 }');
    install(anOperatorsFolder(), 'hub', { files: { 'index.js': text } });
    expect(await refusal('hub')).toContain(
      'fanOut.package: hub does not provide fanOut, but presence, rateLimits.',
    );
  });

  it('is refused with the path of an option that its schema refuses, never with its value', async () => {
    install(anOperatorsFolder(), 'hub', { files: { 'index.js': anAdapter() } });
    expect(await refusal('hub', {})).toContain(
      'fanOut.options.url: given undefined; allowed is a URL.',
    );
    const told = await refusal('hub', { url: 'http://hidden-word' });
    expect(told).toContain('fanOut.options.url: is not as its schema says.');
    expect(told).not.toContain('hidden-word');
  });
});
