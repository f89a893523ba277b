import { expect, it } from 'vitest';
import { random, timers } from '../test/support/redis-process.ts';
import { Listening } from './listening.ts';
import { settingsOf } from './options.ts';

it('is not called deaf while it begins to listen, and is when that failed, until it is closed', async () => {
  const placed = Promise.withResolvers<never>();
  const listening = new Listening(['hints'], settingsOf({ urls: ['redis://127.0.0.1:1'] }), {
    timers,
    random,
    placesOf: () => placed.promise,
    received: () => {},
    missed: () => {},
    failed: () => {},
  });
  expect(listening.isDeaf).toBe(false);
  const opened = listening.open();
  expect(listening.isDeaf).toBe(false);
  placed.reject(new Error('nobody answers'));
  await opened;
  expect(listening.isDeaf).toBe(true);
  listening.close();
  expect(listening.isDeaf).toBe(false);
});
