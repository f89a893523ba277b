import { type Connection, type Transport, WebTransport } from '@sealpost/client';
import { describe, expect, it } from 'vitest';
import { FaultyProxy } from '../src/chaos/faulty-proxy.ts';
import { MeteredServer, peak } from './support/metered-server.ts';
import { accountOf, eventually, say, textsOf } from './support/world.ts';

/** Unlimited for who sends here, so that the test is quick. */
const hurried = {
  SEALPOST_SOCKETS__EVENT_BURST: '100000',
  SEALPOST_SOCKETS__EVENTS_PER_SECOND: '100000',
};
/** What a process may grow by, in MiB, while nothing may grow: caches, buffers of the system, garbage not collected yet. */
const slackMiB = 96;

const tell = (what: string, figures: Readonly<Record<string, number>>): void => {
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(1)}`);
  console.log(`${what}: ${shown.join(', ')}`);
};
const at = (url: string): { host: string; port: number } => ({
  host: '127.0.0.1',
  port: Number(new URL(url).port),
});

/** Hands out the connection that the SDK makes, and perhaps keeps back some of what it sends. */
function watched(
  url: string,
  keepsBack: ReadonlySet<string> = new Set(),
): { transport: Transport; connection: () => Connection; reasons: string[] } {
  const inner = new WebTransport(url);
  const reasons: string[] = [];
  let latest: Connection | null = null;
  const transport: Transport = {
    call: (name, input, token) => inner.call(name, input, token),
    connect: (handshake, listener) => {
      const made = inner.connect(handshake, {
        closed: (why) => listener.closed(why),
        event: (name, payload) => {
          if (name === 'closing') reasons.push((payload as { readonly reason: string }).reason);
          listener.event(name, payload);
        },
      });
      latest = made;
      return {
        close: () => made.close(),
        send: (name, payload) =>
          keepsBack.has(name) ? new Promise(() => undefined) : made.send(name, payload),
      };
    },
  };
  const connection = (): Connection => {
    if (!latest) throw new Error('it has not connected');
    return latest;
  };
  return { transport, connection, reasons };
}

describe('the memory of a server stays bounded (G16)', { timeout: 120_000 }, () => {
  it('disconnects a device that stops reading, says why, and gives it everything later', async () => {
    const server = await MeteredServer.start({
      ...hurried,
      SEALPOST_SOCKETS__SEND_BUFFER_BYTES: String(64 * 1024),
    });
    const proxy = await FaultyProxy.listen(() => [at(server.url)]);
    try {
      const alice = await server.device('alice');
      const slow = watched(`http://127.0.0.1:${proxy.port}`);
      const bob = await server.device('bob', slow.transport);
      const chat = await alice.direct(await accountOf(alice, 'bob'));
      await eventually(async () => (await bob.conversations()).some(({ id }) => id === chat.id));
      const before = await server.memory();
      proxy.stall(true);
      let sent = 0;
      const closed = async (): Promise<boolean> =>
        (await server.metric('slow_readers_closed_total')) > 0;
      const rss = await peak(
        async () => (await server.memory()).rss,
        async () => {
          while (!(await closed())) {
            for (let count = 0; count < 20; count++) await say(chat, 'x'.repeat(60_000));
            sent += 20;
            await eventually(
              async () => (await chat.outgoing()).length < 20,
              'the outbox to empty',
              60_000,
            );
            if (sent > 2_000) throw new Error('nothing bounds the buffer');
          }
        },
      );
      proxy.stall(false);
      await eventually(
        async () => (await textsOf(bob.conversation(chat.id))).length === sent,
        'everything at the slow reader',
        60_000,
      );
      tell('slow reader', {
        sentMiB: (sent * 60_000) / 2 ** 20,
        rssBefore: before.rss,
        rssPeak: rss,
      });
      expect(slow.reasons).toContain('too_slow');
      expect(rss - before.rss).toBeLessThan(slackMiB);
    } finally {
      await proxy.close();
    }
  });

  it('refuses a flood of connections with a time to come again, and goes on serving', async () => {
    const server = await MeteredServer.start({ SEALPOST_SOCKETS__MAX_CONNECTIONS: '1' });
    const alice = await server.device('alice');
    await eventually(async () => (await server.metric('open_sockets')) === 1);
    const before = await server.memory();
    const waits: number[] = [];
    const flood = async (): Promise<void> => {
      for (let wave = 0; wave < 20; wave++)
        await Promise.all(
          Array.from({ length: 50 }, async () => waits.push(await refusedFor(server))),
        );
    };
    const rss = await peak(async () => (await server.memory()).rss, flood);
    tell('flood of connections', {
      refused: waits.length,
      leastWaitMs: Math.min(...waits),
      mostWaitMs: Math.max(...waits),
      rssBefore: before.rss,
      rssPeak: rss,
    });
    expect(waits).toHaveLength(1_000);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
    expect(rss - before.rss).toBeLessThan(slackMiB);
    const [own] = await alice.conversations();
    if (!own) throw new Error('it has a conversation of its own');
    await say(own, 'still here');
    await eventually(async () => (await own.outgoing()).length === 0, 'what was sent');
  });

  it('cuts a connection that goes on sending, and serves the others', async () => {
    const server = await MeteredServer.start({
      SEALPOST_SOCKETS__EVENT_BURST: '50',
      SEALPOST_SOCKETS__EVENTS_PER_SECOND: '20',
    });
    const { transport, connection, reasons } = watched(server.url);
    const mallory = await server.device('mallory', transport);
    const alice = await server.device('alice');
    const [own] = await mallory.conversations();
    const flooding = connection();
    const before = await server.memory();
    const answers = { taken: 0, refused: 0, cut: 0 };
    const send = async (): Promise<void> => {
      const payload = { conversation: own?.id ?? '', payload: new Uint8Array(200) };
      const answer = await flooding.send('typing', payload).catch(() => null);
      if (answer === null) answers.cut += 1;
      else if (answer.ok || answer.error.code !== 'rate_limited') answers.taken += 1;
      else answers.refused += answer.error.retryAfterMs > 0 ? 1 : 0;
    };
    const flood = async (): Promise<void> => {
      // Who is told to wait, and does not listen.
      await Promise.all(Array.from({ length: 80 }, send));
      await Promise.all(Array.from({ length: 5_000 }, send));
    };
    const rss = await peak(async () => (await server.memory()).rss, flood);
    tell('flood of events', { ...answers, rssBefore: before.rss, rssPeak: rss });
    expect(reasons).toContain('flooding');
    expect(answers.taken).toBeLessThanOrEqual(100);
    expect(answers.refused).toBeGreaterThan(0);
    expect(answers.cut).toBeGreaterThan(4_000);
    expect(await server.metric('floods_refused_total')).toBeGreaterThan(0);
    expect(rss - before.rss).toBeLessThan(slackMiB);
    expect((await alice.conversations()).length).toBe(1);
  });

  it('keeps nothing more for a device that never acknowledges, however much it is given', async () => {
    const server = await MeteredServer.start(hurried);
    const alice = await server.device('alice');
    const { transport } = watched(server.url, new Set(['cursors']));
    const bob = await server.device('bob', transport);
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    const give = async (count: number, upTo: number): Promise<void> => {
      for (let sent = 0; sent < count; sent++) await say(chat, `hello ${'x'.repeat(500)}`);
      await eventually(
        async () => (await textsOf(bob.conversation(chat.id))).length === upTo,
        'everything at the device',
        60_000,
      );
    };
    const besideEntries = async (): Promise<Record<string, number>> => {
      const counts = new Map(await server.values());
      counts.delete('entries');
      return Object.fromEntries(counts);
    };
    await give(150, 150);
    const given = 600;
    // Alice's own cursors, in both of her conversations, are told a little later.
    const cursors = async (): Promise<number> => (await server.values()).get('device_cursors') ?? 0;
    await eventually(async () => (await cursors()) === 10, 'the cursors of who sends');
    const [kept, before] = [await besideEntries(), await server.memory()];
    const rss = await peak(
      async () => (await server.memory()).rss,
      () => give(given, 150 + given),
    );
    const after = await server.memory();
    tell('a device that never acknowledges', {
      rssBefore: before.rss,
      rssPeak: rss,
      heapBefore: before.heap,
      heapAfter: after.heap,
    });
    expect(await besideEntries()).toEqual(kept);
    expect(rss - before.rss).toBeLessThan(slackMiB);
  });
});

/** How long a connection that comes too many is told to stay away, in milliseconds. */
function refusedFor(server: MeteredServer): Promise<number> {
  return new Promise((resolve, reject) => {
    new WebTransport(server.url).connect(
      { protocol: 1, accessToken: 'x'.repeat(40), suites: [] },
      {
        event: () => reject(new Error('it was let in')),
        closed: ({ refusal }) =>
          refusal?.code === 'rate_limited'
            ? resolve(refusal.retryAfterMs)
            : reject(new Error(refusal?.code ?? 'no answer')),
      },
    );
  });
}
