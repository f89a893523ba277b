import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AdapterWorkshop,
  buildCheckout,
  casesOf,
  checkout,
  run,
} from './support/adapter-workshop.ts';
import { sealpost } from './support/sealpost-process.ts';

const workshop = new AdapterWorkshop();
beforeAll(buildCheckout, 300_000);
afterAll(() => workshop.remove());

const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };

describe('sealpost create-adapter', { timeout: 120_000 }, () => {
  it.each([
    ['fan-out', ['FanOut']],
    ['presence', ['PresenceLeases']],
    ['rate-limits', ['RateLimiter']],
    ['history', ['ConversationLog', 'ConversationLog against its model']],
    [
      'storage',
      [
        'AccountStore',
        'ConversationIndex',
        'ConversationLog',
        'ConversationLog against its model',
        'CursorStore',
        'DeploymentStore',
        'DeviceStore',
        'KeyDirectory',
        'KeyDirectory against its model',
        'SessionStore',
        'SigningKeyStore',
      ],
    ],
  ])('writes a package for %s that compiles, and every law of it fails', (port, suites) => {
    const folder = workshop.create(port, `my-${port}`);
    expect(run(folder, 'tsc')).toEqual({ code: 0, output: '' });
    const cases = casesOf(folder);
    const laws = cases.filter(({ ancestorTitles: [block] }) => !block?.startsWith('Adapter: '));
    expect(laws.filter(({ status }) => status !== 'failed')).toEqual([]);
    const named = new Set(laws.map(({ ancestorTitles: [block] }) => block));
    expect(named).toEqual(new Set(suites.map((suite) => `${suite}: my-${port}`)));
  });

  it('names the tools of this release, and its own packages where they are', () => {
    const folder = workshop.create('fan-out', 'my-tools');
    const { devDependencies } = manifestIn(folder);
    const { '@sealpost/domain': domain, '@sealpost/testing': testing, ...tools } = devDependencies;
    expect(manifestIn(checkout).devDependencies).toMatchObject(tools);
    expect(domain).toMatch(/^file:.*packages\/domain$/);
    expect(testing).toMatch(/^file:.*packages\/testing$/);
  });

  it('leaves no name of a template behind', () => {
    const folder = workshop.create('storage', 'my-names');
    const { output } = run(
      folder,
      'grep',
      '-rniE',
      'new-?adapter|portFamily',
      '--exclude-dir=node_modules',
      '.',
    );
    expect(output).toBe('');
  });

  it('overwrites nothing', async () => {
    const folder = workshop.create('presence', 'mine');
    const before = readFileSync(join(folder, 'src/index.ts'), 'utf8');
    const { code, stderr } = await sealpost(
      ['create-adapter', 'fan-out', 'mine'],
      {},
      { cwd: workshop.folder },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(`${folder} is there already, and is left as it is.`);
    expect(readFileSync(join(folder, 'src/index.ts'), 'utf8')).toBe(before);
  });

  it.each([
    [['fanOut', 'mine'], 'PORT is one of storage, history, fan-out, presence, rate-limits.'],
    [['fan-out'], 'NAME is lower-case letters, digits and hyphens'],
    [['fan-out', '../mine'], 'NAME is lower-case letters, digits and hyphens'],
    [['fan-out', 'one', 'two'], 'PORT is one of'],
  ])('says what is allowed: %j', async (args, told) => {
    const { code, stderr } = await sealpost(
      ['create-adapter', ...args],
      {},
      { cwd: workshop.folder },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(told);
  });
});
