import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AdapterWorkshop, buildCheckout, checkout, run } from './support/adapter-workshop.ts';
import { OperatorsFolder } from './support/operators-folder.ts';
import { sealpost, type Started, SealpostProcess } from './support/sealpost-process.ts';

const guide = readFileSync(join(checkout, 'docs/adapters/README.md'), 'utf8');
const blocks = new Map(
  [...guide.matchAll(/^```\w+ file=(\S+)\n([^]*?)^```$/gm)].map(([, path = '', text = '']) => [
    path,
    text,
  ]),
);
const certificate: unknown = JSON.parse(/^```json\n([^]*?)^```$/m.exec(guide)?.[1] ?? '');

const workshop = new AdapterWorkshop();
let adapter = '';
beforeAll(() => {
  buildCheckout();
  adapter = workshop.create('rate-limits', 'sqlite-limits');
  for (const [path, text] of blocks) {
    mkdirSync(dirname(join(adapter, path)), { recursive: true });
    writeFileSync(join(adapter, path), text);
  }
}, 300_000);
afterAll(() => workshop.remove());

interface LogLine {
  readonly event: string;
}
const linesOf = ({ stderr }: SealpostProcess): LogLine[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);

/** An operator's folder with the adapter in it, and with the guide's configuration. */
function anInstallation(): { readonly operator: OperatorsFolder; readonly limits: string } {
  const operator = new OperatorsFolder();
  onTestFinished(() => operator.remove());
  operator.installOthers();
  operator.install(adapter);
  const limits = join(operator.path, 'limits.db');
  const settings = blocks.get('sealpost.yaml')?.replace('/var/lib/sealpost/limits.db', limits);
  writeFileSync(join(operator.path, 'sealpost.yaml'), settings ?? '');
  return { operator, limits };
}

async function served(operator: OperatorsFolder, started: Started = {}) {
  const server = new SealpostProcess(
    ['serve', '--config', 'sealpost.yaml'],
    { SEALPOST_PROFILE: 'memory', SEALPOST_PORT: '0' },
    { cwd: operator.path, ...started },
  );
  return { server, url: await server.url() };
}

const register = (url: string, handle: string) =>
  fetch(`${url}/v1/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handle, password: 'correct horse battery', deviceName: 'x' }),
  });

const counted = (limits: string): unknown => {
  const database = new DatabaseSync(limits);
  const row = database.prepare('SELECT count(*) AS windows FROM windows').get();
  database.close();
  return row?.['windows'];
};

// In this order: what the first two make is installed by the others.
describe('the adapter of docs/adapters', { timeout: 120_000 }, () => {
  it('compiles as it is documented', () => {
    expect([...blocks.keys()]).toContain('src/index.ts');
    expect(run(adapter, 'npm', 'run', 'build')).toMatchObject({ code: 0 });
    expect(run(adapter, 'tsc')).toEqual({ code: 0, output: '' });
  });

  it('holds every law, and is certified as the guide shows', () => {
    const { code, output } = run(adapter, 'npm', 'run', 'conformance');
    expect(output).not.toContain('Not held');
    expect(code).toBe(0);
    const written = readFileSync(join(adapter, 'sealpost-conformance.json'), 'utf8');
    expect(JSON.parse(written)).toEqual(certificate);
  });

  it.each([
    ['from its sources', {}],
    ['with the condition given to Node', { nodeOptions: ['--conditions=@sealpost/source'] }],
  ])('serves a server that runs %s, whose domain is another copy', async (_, started) => {
    const { operator, limits } = anInstallation();
    operator.install(join(checkout, 'packages/domain'));
    const { server, url } = await served(operator, started);
    expect((await register(url, 'alice')).status).toBe(200);
    expect(counted(limits)).not.toBe(0);
    expect(linesOf(server)).toMatchObject([
      { event: 'starting' },
      {
        event: 'certificate',
        level: 'info',
        package: 'sqlite-limits',
        version: '0.1.0',
        portVersions: { rateLimits: 1 },
        laws: { rateLimits: '10 of 10' },
        capabilities: ['preparation', 'everyValue'],
        doubts: [],
      },
      { event: 'migrated', steps: ['windows'] },
      { event: 'ready' },
    ]);
  });

  it('serves a server that was installed, from what is shipped', async () => {
    const { operator, limits } = anInstallation();
    const bin = operator.installSealpost();
    const { server, url } = await served(operator, { bin });
    expect(existsSync(join(dirname(bin), '../src'))).toBe(false);
    expect((await register(url, 'alice')).status).toBe(200);
    expect(counted(limits)).not.toBe(0);
    expect(linesOf(server)).toMatchObject([{}, { event: 'certificate', doubts: [] }, {}, {}]);
  });

  it('is begun by an installed command too, which names releases of its own packages', async () => {
    const { operator } = anInstallation();
    const bin = operator.installSealpost();
    const args = ['create-adapter', 'fan-out', 'hub'];
    expect(await sealpost(args, {}, { cwd: operator.path, bin })).toMatchObject({ code: 0 });
    const read = readFileSync(join(operator.path, 'hub/package.json'), 'utf8');
    expect(JSON.parse(read)).toMatchObject({
      devDependencies: { '@sealpost/domain': '0.1.0', '@sealpost/testing': '0.1.0' },
    });
    expect(existsSync(join(operator.path, 'hub/src/hub-fan-out.ts'))).toBe(true);
  });

  it('has its faults known as such, although another copy of the domain made them', async () => {
    const { operator, limits } = anInstallation();
    operator.install(join(checkout, 'packages/domain'));
    const { server, url } = await served(operator);
    const database = new DatabaseSync(limits);
    database.exec('DROP TABLE windows');
    database.close();
    await register(url, 'alice');
    await expect
      .poll(() => linesOf(server))
      .toContainEqual(
        expect.objectContaining({
          level: 'warn',
          event: 'fault',
          adapter: 'sqlite-limits',
          operation: 'take',
          detail: 'sqlite_1',
        }),
      );
    expect(linesOf(server).map(({ event }) => event)).not.toContain('bug');
  });

  it('is told of an option that it does not have, by its path', async () => {
    const { operator } = anInstallation();
    operator.install(join(checkout, 'packages/domain'));
    const server = new SealpostProcess(
      ['serve', '--config', 'sealpost.yaml'],
      {
        SEALPOST_PROFILE: 'memory',
        SEALPOST_PORT: '0',
        SEALPOST_RATE_LIMITS__OPTIONS: '{"file":"hidden-word.db","waitMs":"hidden-word"}',
      },
      { cwd: operator.path },
    );
    const { code, stderr } = await server.ended;
    expect(code).toBe(3);
    expect(stderr).toContain('rateLimits.options.waitMs: ');
    expect(stderr).not.toContain('hidden-word');
  });
});
