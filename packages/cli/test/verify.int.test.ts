import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, openStores } from '@sealpost/app';
import { aFoundingAppend, many } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProfileParts, type ProfileName } from '../src/harness/profile-parts.ts';
import { type Ended, sealpost } from './support/sealpost-process.ts';

const limitMs = 60_000;

async function started(profile: ProfileName): Promise<Readonly<Record<string, string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-verify-'));
  const parts = await ProfileParts.start(profile, folder);
  onTestFinished(async () => {
    await parts.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...parts.settings(), SEALPOST_LOG__LEVEL: 'silent' };
}

/** Three conversations; the index has one of them, as one that was restored from an older backup than the logs. */
async function withAnOldIndex(env: Readonly<Record<string, string>>): Promise<void> {
  const { stores, stop } = await openStores(loadConfig({ env }));
  const foundings = many(3, () => aFoundingAppend());
  await stores.log.append(foundings);
  const [listed] = foundings;
  if (listed) await stores.index.enter(listed.draft.conversation, [listed.draft.sender.account], 0);
  await stop();
}

const verdict = (understated: number, repaired: number): string =>
  `verify: conversations=3 memberships=3 understated=${understated} overstated=0 repaired=${repaired}\n`;

/** What three runs answer: the second one repairs. */
async function answersOn(profile: ProfileName): Promise<readonly Partial<Ended>[]> {
  const env = await started(profile);
  expect((await sealpost(['migrate'], env)).code).toBe(0);
  await withAnOldIndex(env);
  const answers: Partial<Ended>[] = [];
  for (const args of [[], ['--repair'], []]) {
    const { code, stdout } = await sealpost(['verify', ...args], env);
    answers.push({ code, stdout });
  }
  return answers;
}

const found = [
  { code: 1, stdout: verdict(2, 0) },
  { code: 0, stdout: verdict(2, 2) },
  { code: 0, stdout: verdict(0, 0) },
];

describe('sealpost verify finds who would not be told of a conversation, and with --repair heals it', () => {
  it('where logs and index are in one store (G5)', { timeout: limitMs }, async () => {
    expect(await answersOn('postgres')).toEqual(found);
  });

  const inMongodb = { ...needs('ownMongodb'), timeout: limitMs };
  it('where the logs are in MongoDB (G5)', inMongodb, async () => {
    expect(await answersOn('postgres-mongo')).toEqual(found);
  });
});
