import { aFoundingAppend, aMessageAppend, aNewSession } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { configFrom } from '../config/load-config.ts';
import { compose } from './compose.ts';
import { TOKENS } from './tokens.ts';

const day = 24 * 60 * 60_000;

/** What a server's sweep leaves of a conversation of which two entries are two days old and one is of now. */
async function swept(days: number | null) {
  const config = configFrom({ profile: 'memory', retention: { days } });
  const { get } = await compose(config, () => undefined);
  const log = await get(TOKENS.storedLog);
  const founding = aFoundingAppend({}, { now: Date.now() - 2 * day });
  const { conversation } = founding.draft;
  await log.append([
    founding,
    aMessageAppend(1, { conversation }, { now: Date.now() - 2 * day }),
    aMessageAppend(1, { conversation }, { now: Date.now() }),
  ]);
  const work = await get(TOKENS.retentionWork);
  work.start();
  await work.stop();
  const floor = (await log.heads([conversation])).get(conversation)?.floor;
  return { floor, metrics: await (await get(TOKENS.meter)).text() };
}

describe('a server’s sweep', () => {
  it('cuts entries that are older than it is told to keep them, and counts them', async () => {
    const { floor, metrics } = await swept(1);
    expect(floor).toBe(2);
    expect(metrics).toContain('sealpost_entries_cut_total 2');
  });

  it.each([3, null])('leaves what is to be kept for %s days', async (days) => {
    const { floor, metrics } = await swept(days);
    expect(floor).toBe(0);
    expect(metrics).toContain('sealpost_entries_cut_total 0');
  });

  it('forgets sessions that ended a day ago, and no others', async () => {
    const { get } = await compose(configFrom({ profile: 'memory' }), () => undefined);
    const sessions = await get(TOKENS.sessions);
    const made = async (expiresAt: number) => {
      const session = aNewSession({ account: 'ann', device: 'phone' }, { expiresAt });
      await sessions.create(session);
      return session.id;
    };
    const [old, young] = [await made(Date.now() - 2 * day), await made(Date.now() - day / 2)];
    const work = await get(TOKENS.retentionWork);
    work.start();
    await work.stop();
    expect(await sessions.find(old)).toBeNull();
    expect((await sessions.find(young))?.id).toBe(young);
  });
});
