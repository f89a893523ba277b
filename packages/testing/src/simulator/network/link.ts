import type { ServerPush } from '@sealpost/protocol/edge';
import type { Dice } from '../core/dice.ts';
import type { Timeline } from '../core/timeline.ts';

export type Side = 'client' | 'server';

/** One end of a connection, as who sits there uses it. */
interface End {
  /** What the other end sent, in its order. */
  receive(message: unknown): void;
  /** The connection is over; called once. */
  over(): void;
}

export interface ServerSide {
  push(push: ServerPush): void;
  answer(request: number, answer: unknown): void;
  close(): void;
  /** Whether so much is on its way that the other end does not read. */
  readonly behind: boolean;
  /** Whether what is pushed arrives and is read. */
  readonly healthy: boolean;
}

/** How long a connection that nothing comes through is taken for one. */
const silenceMs = 45_000;
/** Pushes that may be on their way to one that does not read. */
export const mostOnItsWay = 60;

/** A connection: what one end says arrives at the other in its order, late, or not at all and then nothing after it. */
export class Link {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #ends: Partial<Record<Side, End>> = {};
  readonly #arrivesAt: Record<Side, number> = { client: 0, server: 0 };
  readonly #onItsWay: Record<Side, number> = { client: 0, server: 0 };
  readonly #over: Record<Side, boolean> = { client: false, server: false };
  #silent = false;
  /** What arrived while the client did not read; null: it reads. */
  #unread: (() => void)[] | null = null;
  latencyMs: number;

  constructor(timeline: Timeline, dice: Dice, latencyMs: number) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.latencyMs = latencyMs;
  }

  attach(side: Side, end: End): void {
    this.#ends[side] = end;
  }

  /** How much is under way to this side. */
  onItsWay(to: Side): number {
    return this.#onItsWay[to];
  }

  get isBehind(): boolean {
    return this.#onItsWay.client > mostOnItsWay;
  }

  /** Whether what is said arrives and is read. */
  get healthy(): boolean {
    return !this.#silent && this.#unread === null && !this.#over.client && !this.#over.server;
  }

  say(to: Side, message: unknown): void {
    if (this.#silent || this.#over[to]) return;
    this.#onItsWay[to] += 1;
    const receive = (): void => {
      this.#onItsWay[to] -= 1;
      if (!this.#silent && !this.#over[to]) this.#ends[to]?.receive(message);
    };
    this.#arrive(to, () => {
      if (to === 'client' && this.#unread) this.#unread.push(receive);
      else receive();
    });
  }

  stopReading(): void {
    this.#unread ??= [];
  }

  readOn(): void {
    const unread = this.#unread ?? [];
    this.#unread = null;
    for (const receive of unread) receive();
  }

  /** One side hangs up; the other hears of it after all that was said before. */
  hangUp(by: Side): void {
    if (this.#over[by]) return;
    this.#over[by] = true;
    const other = by === 'client' ? 'server' : 'client';
    if (this.#silent) return;
    // What was said before is heard before.
    this.#arrive(other, () =>
      other === 'client' && this.#unread
        ? this.#unread.push(() => this.#end(other))
        : this.#end(other),
    );
  }

  /** Both ends hear soon that it is over; what was on its way is lost. */
  cut(): void {
    this.#silent = true;
    for (const side of ['client', 'server'] as const)
      this.#timeline.after(this.#dice.int(1, 50), () => this.#end(side));
  }

  /** Nothing comes through any more, and nobody hears of it before the silence is long. */
  freeze(): void {
    this.#silent = true;
    for (const side of ['client', 'server'] as const)
      this.#timeline.after(silenceMs + this.#dice.int(0, 5_000), () => this.#end(side));
  }

  #end(side: Side): void {
    if (this.#over[side]) return;
    this.#over[side] = true;
    this.#ends[side]?.over();
  }

  #arrive(to: Side, then: () => void): void {
    const { now } = this.#timeline;
    const at = Math.max(now + this.#dice.int(1, this.latencyMs), this.#arrivesAt[to] + 0.001);
    this.#arrivesAt[to] = at;
    this.#timeline.after(at - now, then);
  }
}
