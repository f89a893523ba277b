import { randomUUID } from 'node:crypto';
import { temporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import { configFrom, openStores } from '@sealpost/app';
import { aFoundingAppend, many } from '@sealpost/testing';
import { expect, it, onTestFinished } from 'vitest';
import { sealpost } from './support/sealpost-process.ts';

it('sealpost verify finds who would not be told of a conversation, and with --repair heals it (G5)', async () => {
  const postgres = await temporaryPostgres();
  onTestFinished(() => postgres.stop());
  const env = {
    SEALPOST_PROFILE: 'postgres',
    SEALPOST_STORAGE__URL: postgres.url,
    SEALPOST_COOKIES__SECRET: randomUUID(),
    SEALPOST_LOG__LEVEL: 'silent',
  };
  expect((await sealpost(['migrate'], env)).code).toBe(0);
  const backends = await openStores(
    configFrom({
      profile: 'postgres',
      storage: { kind: 'postgres', url: postgres.url },
      cookies: { secret: randomUUID() },
      log: { level: 'silent' },
    }),
  );
  const foundings = many(3, () => aFoundingAppend());
  await backends.stores.log.append(foundings);
  const [listed] = foundings;
  // The others are as in an index that was restored from an older backup than the logs.
  if (listed)
    await backends.stores.index.enter(listed.draft.conversation, [listed.draft.sender.account], 0);
  await backends.stop();

  const verdict = (understated: number, repaired: number): string =>
    `verify: conversations=3 memberships=3 understated=${understated} overstated=0 repaired=${repaired}\n`;
  expect(await sealpost(['verify'], env)).toMatchObject({ code: 1, stdout: verdict(2, 0) });
  expect(await sealpost(['verify', '--repair'], env)).toMatchObject({
    code: 0,
    stdout: verdict(2, 2),
  });
  expect(await sealpost(['verify'], env)).toMatchObject({ code: 0, stdout: verdict(0, 0) });
}, 60_000);
