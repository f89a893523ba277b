import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, openStores } from '@sealpost/app';
import { aConversationId, aFoundingAppend, anAccountId } from '@sealpost/testing';
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

/**
 * Three conversations; the index has one of them, as one that was restored from an older backup than the logs. It also
 * has a row of somebody who was to be there from the beginning and is not, and one of a conversation that may yet come.
 */
async function withAWrongIndex(env: Readonly<Record<string, string>>): Promise<void> {
  const { stores, stop } = await openStores(loadConfig({ env }));
  const listed = aFoundingAppend();
  await stores.log.append([listed, aFoundingAppend(), aFoundingAppend()]);
  const { conversation, sender } = listed.draft;
  await stores.index.enter(conversation, [sender.account, anAccountId()], 0);
  await stores.index.enter(aConversationId(), [sender.account], 0);
  await stop();
}

const verdict = (rows: number, understated: number, overstated: number, repaired: number): string =>
  `verify: conversations=3 memberships=3 rows=${rows} understated=${understated} overstated=${overstated} pending=1 repaired=${repaired}\n`;

/** What three runs answer: the second one repairs. */
async function answersOn(profile: ProfileName): Promise<readonly Partial<Ended>[]> {
  const env = await started(profile);
  expect((await sealpost(['migrate'], env)).code).toBe(0);
  await withAWrongIndex(env);
  const answers: Partial<Ended>[] = [];
  for (const args of [[], ['--repair'], []]) {
    const { code, stdout } = await sealpost(['verify', ...args], env);
    answers.push({ code, stdout });
  }
  return answers;
}

const found = [
  { code: 1, stdout: verdict(3, 2, 1, 0) },
  { code: 0, stdout: verdict(3, 2, 1, 3) },
  { code: 0, stdout: verdict(4, 0, 0, 0) },
];

describe('sealpost verify finds who would not be told of a conversation, and who never came to one, and with --repair heals it', () => {
  it('where logs and index are in one store (G5)', { timeout: limitMs }, async () => {
    expect(await answersOn('postgres')).toEqual(found);
  });

  const inMongodb = { ...needs('ownMongodb'), timeout: limitMs };
  it('where the logs are in MongoDB (G5)', inMongodb, async () => {
    expect(await answersOn('postgres-mongo')).toEqual(found);
  });
});
