import { describe, expect, it } from 'vitest';
import { ok } from '@sealpost/domain';
import { Emitter } from '../core/emitter.ts';
import type { Core } from '../core/ports.ts';
import { Vault } from '../core/vault.ts';
import { plaintextEngine } from '../engine/plaintext/plaintext-engine.ts';
import { Session } from '../session/session.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { type ConnectionListener, NoAnswer, type Transport } from '../transport/transport.port.ts';
import { StayConnected } from './stay-connected.ts';

const hello = { protocol: 1, incarnation: 1, time: 0, account: 'account', device: 'device' };

/** Time that passes when told to, and a server that answers each refresh. */
class Scene {
  now = 1_000_000;
  connects = 0;
  closes = 0;
  refreshes = 0;
  /** After how long a send is given up; null: it is answered. */
  silentMs: number | null = null;
  listener: ConnectionListener | null = null;
  timers: { at: number; run: () => void }[] = [];

  async start(tokenMs: number): Promise<StayConnected> {
    const accessExpiresAt = (): number => this.now + tokenMs;
    const transport: Transport = {
      call: (async (name: string) => {
        if (name === 'refresh') this.refreshes++;
        return ok({ accessToken: 'a', accessExpiresAt: accessExpiresAt(), certified: true });
      }) as unknown as Transport['call'],
      connect: (_, listener) => {
        this.connects++;
        this.listener = listener;
        return {
          send: async (name) => {
            if (this.silentMs === null) return { ok: true, value: {} } as never;
            this.now += this.silentMs;
            throw new NoAnswer(name);
          },
          close: () => {
            this.closes++;
            listener.closed({ refusal: null });
          },
        };
      },
    };
    const core: Core = {
      transport,
      vault: new Vault(await MemoryStore.open()),
      engine: plaintextEngine({ iUnderstandThatNothingIsEncrypted: true }),
      events: new Emitter(),
      clock: { now: () => this.now, monotonic: () => this.now },
      timers: {
        after: (ms, run) => {
          const timer = { at: this.now + ms, run };
          this.timers.push(timer);
          return () => void (this.timers = this.timers.filter((other) => other !== timer));
        },
      },
      random: { bytes: (length) => new Uint8Array(length).fill(255), id: () => 'id' },
    };
    const session = new Session(core);
    await session.begin(
      {
        account: 'account',
        device: 'device',
        session: 'session',
        certified: true,
        accessToken: 'a',
        accessExpiresAt: accessExpiresAt(),
        refreshToken: 'r',
        refreshExpiresAt: this.now + 1e9,
      } as Parameters<Session['begin']>[0],
      { handle: 'h', deviceName: 'd', accountKey: null },
    );
    const stay = new StayConnected(core, session, {});
    stay.start();
    await this.settle();
    return stay;
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }

  async pass(ms: number): Promise<void> {
    for (const until = this.now + ms; this.now < until;) {
      this.now += 500;
      const due = this.timers.filter(({ at }) => at <= this.now);
      this.timers = this.timers.filter(({ at }) => at > this.now);
      for (const { run } of due) run();
      if (due.length > 0) await this.settle();
    }
  }
}

describe('staying connected', () => {
  it('comes back ever more slowly to a server that lets in and closes at once', async () => {
    const scene = new Scene();
    const stay = await scene.start(600_000);
    for (let step = 0; step < 240; step++) {
      scene.listener?.event('hello', hello);
      scene.listener?.closed({ refusal: null });
      scene.listener = null;
      await scene.pass(500);
    }
    expect(scene.connects).toBeLessThan(15);
    stay.stop();
  });

  it('comes back when it was told to, however many servers restart one after the other (G18)', async () => {
    const scene = new Scene();
    const stay = await scene.start(600_000);
    for (let restarts = 1; restarts <= 6; restarts++) {
      scene.listener?.event('hello', hello);
      await scene.pass(5_000);
      scene.listener?.event('closing', { reason: 'draining', retryAfterMs: 1_000 });
      scene.listener?.closed({ refusal: null });
      await scene.pass(500);
      expect(scene.connects).toBe(restarts);
      await scene.pass(500);
      expect(scene.connects).toBe(restarts + 1);
    }
    stay.stop();
  });

  it('renews a token that is short for this device three times a minute at most', async () => {
    const scene = new Scene();
    const stay = await scene.start(30_000);
    scene.listener?.event('hello', hello);
    await scene.pass(60_000);
    expect(scene.refreshes).toBeGreaterThan(0);
    expect(scene.refreshes).toBeLessThanOrEqual(3);
    stay.stop();
    expect(scene.timers).toEqual([]);
  });

  it('restarts as one connection, and the late end of the one before ends nothing', async () => {
    const scene = new Scene();
    const stay = await scene.start(600_000);
    const { listener: before } = scene;
    before?.event('hello', hello);
    stay.restart();
    await scene.settle();
    scene.listener?.event('hello', hello);
    before?.closed({ refusal: null });
    await scene.pass(60_000);
    expect([scene.connects, scene.closes, stay.isOpen]).toEqual([2, 1, true]);
    stay.stop();
  });

  it.each([
    ['comes back when an attempt that it gave up may have taken its place', 59_000, 3],
    ['stays away when another copy of the device has taken its place', 61_000, 2],
  ])('%s', async (_, passMs, connects) => {
    const scene = new Scene();
    const stay = await scene.start(600_000);
    stay.restart();
    await scene.settle();
    scene.listener?.event('hello', hello);
    await scene.pass(passMs);
    scene.listener?.event('closing', { reason: 'superseded', retryAfterMs: null });
    scene.listener?.closed({ refusal: null });
    await scene.pass(60_000);
    expect(scene.connects).toBe(connects);
  });

  it('leaves a connection on which nothing comes back for one that works', async () => {
    const scene = new Scene();
    const stay = await scene.start(600_000);
    scene.listener?.event('hello', hello);
    await scene.pass(60_000);
    scene.silentMs = 10_000;
    await expect(stay.send('cursors', { cursors: [] })).rejects.toMatchObject({
      code: 'no_answer',
    });
    expect([scene.closes, stay.isOpen]).toEqual([1, false]);
    scene.silentMs = null;
    await scene.pass(1_000);
    expect([scene.connects, stay.isOpen]).toEqual([2, true]);
    stay.stop();
  });

  it('keeps a connection whose answer is no answer, but came', async () => {
    const scene = new Scene();
    const stay = await scene.start(600_000);
    scene.listener?.event('hello', hello);
    scene.silentMs = 100;
    await expect(stay.send('cursors', { cursors: [] })).rejects.toMatchObject({
      code: 'no_answer',
    });
    expect([scene.closes, stay.isOpen]).toEqual([0, true]);
    stay.stop();
  });
});
