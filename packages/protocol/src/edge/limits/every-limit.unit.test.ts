import { type LimiterName, limiterNames, ok, type Throttle, type UseCases } from '@sealpost/domain';
import { exhausted, TestTime } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { type CallName, calls, clientEvents, type ClientEvents } from '../../index.ts';
import {
  callLimits,
  type CallPorts,
  clientRequests,
  eventLimits,
  handlerOf,
  type Requester,
} from '../index.ts';

const callNames = Object.keys(calls) as CallName[];
const eventNames = Object.keys(clientEvents) as (keyof ClientEvents)[];
const self = { account: 'alice', device: 'phone' };
const parts = [{ audience: 'all', bytes: new Uint8Array(3_000) }];
const kinds = ['created', 'message', 'roster', 'commit'] as const;

/** Enough of a question for any call; whatever comes after its limiters is not reached. */
const anAsked = (kind: (typeof kinds)[number] = 'message') => ({
  network: '192.0.2.7',
  params: { conversation: 'harbour', handle: 'bob', account: 'bob', device: 'laptop' },
  query: {},
  body: { handle: 'Alice', accounts: ['bob', 'alice', 'bob', 'carol'], kind, parts },
  caller: self,
  self,
});

const requester = { ref: self, session: 's', expiresAt: 0 } as unknown as Requester;
const payload = { conversation: 'harbour', parts };

const portsWith = (throttle: Throttle): CallPorts => {
  const reached = new Proxy({}, { get: () => () => Promise.reject(new Error('reached')) });
  const useCases = new Proxy({}, { get: () => reached }) as UseCases;
  return { useCases, throttle, clock: new TestTime(), limits: {} as CallPorts['limits'] };
};

const ask = (name: CallName, throttle: Throttle, asked = anAsked()) =>
  handlerOf(name)(asked as never, portsWith(throttle));

/** What is taken of which limiters. */
async function takesOf(run: (throttle: Throttle) => Promise<unknown>) {
  const takes: (readonly [LimiterName, string, number])[] = [];
  const throttle: Throttle = {
    take: async (limiter, whose, points = 1) => (takes.push([limiter, whose, points]), ok(null)),
  };
  await run(throttle).catch(() => undefined);
  return takes;
}

const whyUnlimited = (limit: object): string | null =>
  'unlimited' in limit ? String(limit.unlimited) : null;

describe('limits of calls', () => {
  it('let no call reach its use case when they refuse, but those that say why', async () => {
    const throttle = exhausted(1_234);
    const limited = callNames.filter((name) => whyUnlimited(callLimits[name]) === null);
    for (const name of limited)
      expect([name, await ask(name, throttle)]).toEqual([
        name,
        { ok: false, error: { code: 'rate_limited', retryAfterMs: 1_234 } },
      ]);
    expect(callNames.filter((name) => !limited.includes(name))).toEqual(['serverInformation']);
  });

  it('count guesses by network and handle, as one whatever its letters', async () => {
    expect(await takesOf((throttle) => ask('logIn', throttle))).toEqual([
      ['credentialsByNetwork', '192.0.2.7', 1],
      ['credentialsByHandle', 'alice', 1],
    ]);
    expect(await takesOf((throttle) => ask('register', throttle))).toEqual([
      ['credentialsByNetwork', '192.0.2.7', 1],
      ['credentialsByHandle', 'alice', 1],
    ]);
  });

  it('spend nothing of a handle for a network that is refused', async () => {
    const asked: string[] = [];
    const throttle: Throttle = {
      take: async (...take) => (asked.push(take[0]), exhausted(1).take(...take)),
    };
    await ask('logIn', throttle);
    expect(asked).toEqual(['credentialsByNetwork']);
  });

  it('count claims once for each other account', async () => {
    expect(await takesOf((throttle) => ask('claimBundles', throttle))).toEqual([
      ['calls', 'alice', 1],
      ['claimsByPair', 'alice bob', 1],
      ['claimsByPair', 'alice carol', 1],
    ]);
  });

  it('count what is appended by its kind, and by its size', async () => {
    const size = ['inboundBytes', 'alice', 3];
    const appended = (kind: (typeof kinds)[number]) =>
      takesOf((throttle) => ask('append', throttle, anAsked(kind)));
    expect(await appended('message')).toEqual([
      ['calls', 'alice', 1],
      ['messages', 'alice harbour', 1],
      size,
    ]);
    expect(await appended('created')).toEqual([['foundings', 'alice', 1], size]);
    expect(await appended('commit')).toEqual([['changes', 'alice', 1], size]);
    expect(await appended('roster')).toEqual([['changes', 'alice', 1], size]);
  });
});

describe('limits of events', () => {
  it('let no event reach its use case when they refuse, but those that say why', async () => {
    const { useCases } = portsWith(exhausted(1));
    const requests = clientRequests(useCases, exhausted(1_234));
    const limited = eventNames.filter((name) => whyUnlimited(eventLimits[name]) === null);
    for (const name of limited)
      expect(await requests[name](requester, payload as never)).toEqual({
        ok: false,
        error: { code: 'rate_limited', retryAfterMs: 1_234 },
      });
    expect(limited).toEqual(['send', 'typing']);
  });

  it('count a message as the call that appends it does', async () => {
    const sent = await takesOf((throttle) =>
      clientRequests(portsWith(throttle).useCases, throttle).send(requester, payload as never),
    );
    expect(sent).toEqual([
      ['messages', 'alice harbour', 1],
      ['inboundBytes', 'alice', 3],
    ]);
  });
});

it('every limiter of the catalogue is used', async () => {
  const used = new Set<LimiterName>(['handshakesByNetwork']);
  for (const kind of kinds)
    for (const name of callNames)
      for (const [limiter] of await takesOf((throttle) => ask(name, throttle, anAsked(kind))))
        used.add(limiter);
  const { useCases } = portsWith(exhausted(1));
  for (const name of eventNames)
    for (const [limiter] of await takesOf((throttle) =>
      clientRequests(useCases, throttle)[name](requester, payload as never),
    ))
      used.add(limiter);
  expect([...used].toSorted()).toEqual(limiterNames.toSorted());
});
