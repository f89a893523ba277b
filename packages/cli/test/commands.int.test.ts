import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sealpost } from './support/sealpost-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealpost-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('sealpost', () => {
  it.each([['help'], ['--help'], []])('shows its commands (%s)', async (...args) => {
    const { code, stdout } = await sealpost(args);
    expect(code).toBe(0);
    for (const command of [
      'serve',
      'config',
      'migrate',
      'restored',
      'verify [--repair]',
      'rotate-keys',
      'import accounts FILE',
      'audit:blind',
      'chat',
    ]) {
      expect(stdout).toContain(`sealpost ${command}`);
    }
    expect(stdout).toContain(
      'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 configuration refused, 4 cannot start, 5 data restored meanwhile: start again.',
    );
  });

  it('suggests the command that was probably meant', async () => {
    const { code, stderr } = await sealpost(['serv']);
    expect([code, stderr]).toEqual([
      2,
      'There is no command serv. Did you mean serve? sealpost help lists them.\n',
    ]);
  });

  it.each(['toString', '__proto__'])('has no command %s', async (name) => {
    expect(await sealpost([name])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no command'),
    });
  });

  it.each([
    ['an unknown option', ['serve', '--prot', '1'], "Unknown option '--prot'"],
    ['too many arguments', ['migrate', 'now'], 'Too many arguments'],
    ['no file to import', ['import', 'accounts'], 'sealpost import accounts FILE'],
    ['something else to import', ['import', 'people', 'x'], 'sealpost import accounts FILE'],
    ['a file that is not there', ['import', 'accounts', '/nowhere'], 'cannot be read (ENOENT)'],
  ])('refuses %s, and shows the usage', async (_, args, said) => {
    const { code, stderr } = await sealpost(args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain('Usage: sealpost');
  });
});

describe('sealpost chat', () => {
  it.each([
    ['without a server', ['--as', 'alice'], 'sealpost chat --server URL --as NAME'],
    ['with an option that it does not know', ['--sever', 'x'], "Unknown option '--sever'"],
  ])('shows its usage %s', async (_, args, said) => {
    const { code, stderr } = await sealpost(['chat', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});

describe('sealpost config', () => {
  it('shows each setting with where it comes from, and no secret', async () => {
    const config = file(
      'one.yaml',
      'drainMs: 5000\nstorage:\n  kind: postgres\n  url: postgres://u:hidden-word@db/x\n',
    );
    const env = { SEALPOST_PORT: '9000', SEALPOST_COOKIES__SECRET: 'hidden-word'.repeat(4) };
    const { code, stdout } = await sealpost(
      ['config', '--config', config, '--set', 'host=0.0.0.0'],
      env,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^port +9000 +environment SEALPOST_PORT$/m);
    expect(stdout).toMatch(/^host +"0\.0\.0\.0" +option --set$/m);
    expect(stdout).toMatch(/^fanOut\.kind +"memory" +profile embedded$/m);
    expect(stdout).toMatch(/^limits\.messageBytes +98304 +default$/m);
    expect(stdout).toContain(`5000                 file ${config}`.trim().slice(-config.length));
    expect(stdout).not.toContain('hidden-word');
  });

  it('describes every setting, with the variable that sets it', async () => {
    const { stdout } = await sealpost(['config', '--describe']);
    expect(stdout).toContain('Allowed: an integer from 0 to 65535.\n  Variable: SEALPOST_PORT');
  });

  it('is read by programs', async () => {
    const { stdout } = await sealpost(['config', '--json']);
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ key: 'port', value: '8470', source: 'default' }),
    );
  });

  it('says of a variable for tests that it configures nothing', async () => {
    const { code, stderr } = await sealpost(['config'], { SEALPOST_POSTGRES_URL: 'postgres://x' });
    expect([code, stderr]).toEqual([
      0,
      'SEALPOST_POSTGRES_URL is set, but it is for tests and configures no server.\n',
    ]);
  });

  it.each(['config', 'serve', 'migrate', 'restored', 'rotate-keys'])(
    'is refused by %s when it is wrong',
    async (command) => {
      const { code, stdout, stderr } = await sealpost([command], {
        SEALPOST_PRT: '1',
        SEALPOST_DRAIN_MS: 'long',
      });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain('SEALPOST_PRT: unknown variable. Did you mean SEALPOST_PORT?');
      expect(stderr).toContain(
        'drainMs (SEALPOST_DRAIN_MS): given "long"; allowed: an integer from 0 to 600000.',
      );
    },
  );
});

describe('sealpost config check', () => {
  const production = {
    SEALPOST_PUBLIC_URL: 'https://chat.example.org',
    SEALPOST_HTTP__TRUSTED_PROXIES: '1',
  };

  it('says of settings that a server would take that they can be used', async () => {
    expect(await sealpost(['config', 'check'])).toEqual({
      code: 0,
      stdout: 'The configuration can be used.\n',
      stderr: '',
    });
    expect(await sealpost(['config', 'check', '--strict'], production)).toMatchObject({ code: 0 });
  });

  it('tells everything that is wrong with others', async () => {
    const env = { SEALPOST_PRT: '1', SEALPOST_DRAIN_MS: 'long' };
    const { code, stderr } = await sealpost(['config', 'check'], env);
    expect(code).toBe(3);
    expect(stderr).toContain('SEALPOST_PRT: unknown variable. Did you mean SEALPOST_PORT?');
    expect(stderr).toContain('drainMs (SEALPOST_DRAIN_MS): given "long"');
  });

  it('refuses what is unwise when it is strict, with what mends it', async () => {
    const env = { ...production, SEALPOST_PUBLIC_URL: 'http://chat.example.org' };
    const { code, stderr } = await sealpost(['config', 'check', '--strict'], env);
    expect(code).toBe(3);
    expect(stderr).toContain('warning public_url_without_tls: publicUrl is http');
    expect(stderr).toContain('Have a proxy speak TLS');
  });
});

describe('sealpost config reference', () => {
  it('prints the page of every key, and the JSON Schema of files', async () => {
    const { stdout: page } = await sealpost(['config', 'reference']);
    expect(page).toMatch(/^# Configuration\n/);
    const { stdout: schema } = await sealpost(['config', 'reference', '--json-schema']);
    expect(JSON.parse(schema)).toMatchObject({ title: 'Configuration of a Sealpost server' });
  });
});

describe('commands on data', () => {
  it.each([['migrate'], ['restored'], ['rotate-keys'], ['import', 'accounts', '/dev/null']])(
    '%s has nothing to do in memory',
    async (...args) => {
      const { code, stderr } = await sealpost(args, { SEALPOST_PROFILE: 'memory' });
      expect(code).toBe(4);
      expect(stderr).toContain('storage.kind is memory');
    },
  );

  it('fail without values when the database does not answer', async () => {
    const env = {
      SEALPOST_STORAGE__KIND: 'postgres',
      SEALPOST_STORAGE__URL: 'postgres://hidden-word:hidden-word@127.0.0.1:1/hidden-word',
      SEALPOST_COOKIES__SECRET: 'x'.repeat(32),
    };
    const { code, stderr } = await sealpost(['migrate'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('postgres failed in');
    expect(stderr).not.toContain('hidden-word');
  });
});
