import { aCertifiedDevice, aSession, many, TestDeployment } from '@sealpost/testing';
import { expect, it } from 'vitest';
import { ForgetSessions } from './forget-sessions.ts';

const dayMs = 24 * 60 * 60_000;

it('forgets in bounded steps what ended more than a day ago, and says when nothing is left', async () => {
  const { stores, time } = new TestDeployment();
  const device = await aCertifiedDevice(stores);
  const now = time.now();
  const ended = await Promise.all(
    many(501, () => aSession(stores, device, { expiresAt: now - dayMs - 1 })),
  );
  const lately = await aSession(stores, device, { expiresAt: now - dayMs });
  const task = new ForgetSessions({ sessions: stores.sessions, clock: time });
  expect(await task.step()).toBe(false);
  expect(await task.step()).toBe(true);
  for (const { id } of ended) expect(await stores.sessions.find(id)).toBeNull();
  expect((await stores.sessions.find(lately.id))?.id).toBe(lately.id);
});
