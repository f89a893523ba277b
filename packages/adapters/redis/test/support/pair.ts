import type { EntriesHint } from '@sealpost/domain';
import { aConversationId, aDeviceId, anAccountId, testRates } from '@sealpost/testing';
import type { RedisOptions } from '../../src/index.ts';
import { eventually } from './eventually.ts';
import { RedisProcess } from './redis-process.ts';

export const aHint = (): EntriesHint => ({
  conversation: aConversationId(),
  from: 1,
  to: 1,
  version: 1,
  entries: null,
});

/** Two processes of one deployment that listen. */
export async function aPair(options: RedisOptions) {
  const [here, there] = [new RedisProcess(options), new RedisProcess(options)];
  await Promise.all([here.listen(), there.listen()]);
  const stop = () => Promise.all([here.parts.stop(), there.parts.stop()]);
  return { here, there, stop };
}

/** One call of each kind. */
export const everyCall = ({ parts }: RedisProcess): Promise<unknown>[] => [
  parts.presence.hold('a process', {
    leaseMs: 30_000,
    opened: [{ account: anAccountId(), device: aDeviceId(), serial: 1, agoMs: 0 }],
    ended: [],
  }),
  parts.presence.online([anAccountId()]),
  parts.rateLimiter(testRates).take('slow', aDeviceId(), 1),
];

/** Waits until both hear each other, whatever the conversation, and can count and hold. */
export async function areWell(here: RedisProcess, there: RedisProcess): Promise<void> {
  await eventually(async () => {
    const health = await Promise.all([here.parts.health(), there.parts.health()]);
    return health.every(({ answers, listens }) => answers && listens);
  });
  const hints = Array.from({ length: 50 }, aHint);
  await eventually(() => {
    for (const hint of hints) here.parts.fanOut.publish(hint);
    const heard = new Set(there.hints.map(({ conversation }) => conversation));
    return hints.every(({ conversation }) => heard.has(conversation));
  });
  await eventually(async () => {
    const outcomes = await Promise.allSettled(everyCall(here));
    return outcomes.every(({ status }) => status === 'fulfilled');
  });
}
