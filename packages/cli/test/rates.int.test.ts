import type { Allowance, LimiterName } from '@sealpost/domain';
import { SealpostError } from '@sealpost/client';
import { afterEach, expect, it } from 'vitest';
import { accountOf, eventually, reads, say, World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const seldom: Allowance = { burst: 2, refill: 1, everyMs: 400 };

async function withRates(rates: Partial<Record<LimiterName, Allowance>>): Promise<World> {
  world = await World.open('plaintext', { limits: { rates } });
  return world;
}

/** How often the server refused for this limiter. */
async function refusals(limiter: LimiterName): Promise<number> {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  const series = `sealpost_limits_refused_total{limiter="${limiter}"} `;
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(series))
      ?.slice(series.length),
  );
}

async function twoPeople() {
  const alice = await world.registered('alice');
  const bob = await world.registered('bob');
  return { alice, bob, toBob: await accountOf(alice, 'bob') };
}

it('messages that come too fast wait as told and arrive once, in order, with no trouble', async () => {
  await withRates({ messages: seldom });
  const { alice, bob, toBob } = await twoPeople();
  const chat = await alice.direct(toBob);
  const texts = Array.from({ length: 8 }, (_, at) => `message ${at}`);
  const began = performance.now();
  for (const text of texts) await say(chat, text);
  await reads(bob, chat.id, texts);
  expect(await refusals('messages')).toBeGreaterThan(0);
  // No faster than the rate: beyond the reserve each message needs some of its time.
  expect(performance.now() - began).toBeGreaterThan(3 * seldom.everyMs);
  expect(world.troubles).toEqual([]);
});

it('changes of keys, reading and uploads that are refused for their rate go on by themselves', async () => {
  await withRates({
    changes: { burst: 1, refill: 1, everyMs: 1_500 },
    bundleUploads: seldom,
    inboundBytes: { burst: 40, refill: 40, everyMs: 200 },
    calls: { burst: 40, refill: 10, everyMs: 200 },
  });
  const { alice, bob, toBob } = await twoPeople();
  const chat = await alice.direct(toBob);
  for (const round of [1, 2, 3, 4]) {
    await chat.refreshKeys();
    await say(chat, `after change ${round}`);
  }
  await reads(
    bob,
    chat.id,
    [1, 2, 3, 4].map((round) => `after change ${round}`),
  );
  expect(await refusals('changes')).toBeGreaterThan(0);
  expect(world.troubles).toEqual([]);
});

it('claims that come too often are told to the caller with the time to wait, and work after it', async () => {
  await withRates({ claimsByPair: { burst: 1, refill: 1, everyMs: 1_500 } });
  const { alice, toBob } = await twoPeople();
  const group = () => alice.createGroup('Picnic', [toBob]);
  await group();
  await group();
  const refused: unknown = await group().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SealpostError);
  expect(refused).toMatchObject({
    code: 'rate_limited',
    retryable: true,
    refusal: { code: 'rate_limited', retryAfterMs: expect.any(Number) },
  });
  expect(await refusals('claimsByPair')).toBe(1);
  await eventually(async () =>
    group().then(
      () => true,
      () => false,
    ),
  );
});

it('a connection that is refused for its rate comes back by itself', async () => {
  await withRates({ handshakesByNetwork: { burst: 1, refill: 1, everyMs: 4_000 } });
  const { alice, bob, toBob } = await twoPeople();
  const carol = await world.registered('carol');
  const chat = await alice.direct(toBob);
  await say(chat, 'hello');
  await reads(bob, chat.id, ['hello']);
  const late = await carol.direct(toBob);
  await say(late, 'late');
  await reads(bob, late.id, ['late']);
  expect(await refusals('handshakesByNetwork')).toBeGreaterThan(0);
});
