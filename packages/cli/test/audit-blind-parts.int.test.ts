import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@sealpost/testing/parts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProfileParts } from '../src/harness/profile-parts.ts';
import { ServerProcess } from '../src/harness/server-process.ts';
import { sealpost } from './support/sealpost-process.ts';

/** What each profile keeps beside PostgreSQL, by some of its places. */
const profiles = [
  ['postgres-redis', needs('ownRedis'), ['redis.key', 'redis.value']],
  [
    'postgres-mongo',
    needs('ownMongodb'),
    ['entries.parts.bytes', 'entries.change.addMembers.role'],
  ],
] as const;

/** A server of the profile, with the parts of its own; its settings, by which it is audited too. */
async function running(profile: (typeof profiles)[number][0]) {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-audit-parts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const parts = await ProfileParts.start(profile, folder);
  onTestFinished(() => parts.stop());
  const settings = { ...parts.settings(), SEALPOST_LOG__LEVEL: 'debug' };
  const server = await ServerProcess.on(join(folder, 'data'), settings);
  onTestFinished(() => server.end('SIGTERM'));
  await server.start();
  return { url: server.url, settings, log: join(folder, 'data.log') };
}

describe.each(profiles)('sealpost audit:blind --server on %s', (profile, needed, places) => {
  it(
    'searches what lies beside PostgreSQL too, and finds nothing (G13)',
    { ...needed, timeout: 300_000 },
    async () => {
      const { url, settings, log } = await running(profile);
      const audit = ['audit:blind', '--server', url, '--log', log, '--places'];
      const { code, stdout, stderr } = await sealpost(audit, settings);
      expect(stderr).toBe('');
      for (const place of ['accounts.handle', ...places])
        expect(stdout).toContain(`searched column: ${place}\n`);
      expect(stdout).toMatch(/\nblind: places=\d+ found=0\n$/);
      expect(code).toBe(0);
    },
  );
});
