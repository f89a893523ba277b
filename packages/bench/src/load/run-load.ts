import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOf, machineCpuSeconds, memoryMiBOf } from '../machine/process-tree.ts';
import { bodyOf } from './body.ts';
import { Crowd } from './crowd.ts';
import { isOverload } from './dialect.ts';
import { dialects } from './dialects.ts';
import { Latencies } from './latencies.ts';
import { Ledger, type Seat } from './ledger.ts';
import type { Charge, LoadResult, LoadSpec, Room } from './load-spec.ts';

const refusedMs = 250;

type Losses = Pick<LoadResult, 'sent' | 'refused' | 'lost' | 'duplicated'>;

interface Sender {
  readonly seat: Seat;
  readonly room: Room;
}

/** Plays one run: connects, warms up, measures, and waits for what is not finished. */
export async function runLoad(spec: LoadSpec): Promise<LoadResult> {
  const run = new Run(spec);
  await run.connect();
  await run.begin();
  run.start();
  await sleep(spec.warmUpMs);
  const measured = await run.measure();
  await run.end();
  return { ...measured, ...run.losses() };
}

class Run {
  readonly #spec: LoadSpec;
  readonly #senders: readonly Sender[];
  readonly #latencies = new Latencies();
  readonly #ledger: Ledger;
  #crowd: Crowd | null = null;
  #sending = false;
  #measuring = false;
  #accepted = 0;
  #refused = 0;
  #deliveries = 0;
  /** By message: whose turn it is when it is finished. */
  readonly #senderOf: Sender[] = [];

  constructor(spec: LoadSpec) {
    this.#spec = spec;
    this.#senders = spec.rooms.flatMap((room) => room.senders.map((seat) => ({ seat, room })));
    this.#ledger = new Ledger(({ message, at }) => {
      if (this.#measuring) this.#latencies.add(performance.now() - at);
      const sender = this.#senderOf[message];
      if (spec.pace.kind === 'closed' && this.#sending && sender) this.#send(sender, null);
    });
  }

  async connect(): Promise<void> {
    this.#crowd = await Crowd.connect(this.#spec, dialects[this.#spec.dialect], {
      delivered: (message, to) => {
        if (this.#ledger.delivered(message, to) && this.#measuring) this.#deliveries += 1;
      },
    });
  }

  /**
   * One message in each conversation by itself, from which every process learns that it serves it. Of the first two at once,
   * by two processes, the earlier may be left to be read, as clients do that miss a number; these read nothing.
   */
  async begin(): Promise<void> {
    for (const first of Map.groupBy(this.#senders, ({ room }) => room.id).values())
      if (first[0]) this.#send(first[0], null);
    await this.#finished();
  }

  start(): void {
    this.#sending = true;
    const { pace } = this.#spec;
    if (pace.kind === 'open') return this.#sendByTheClock(pace.perSecond);
    for (let i = 0; i < pace.window; i++)
      for (const sender of this.#senders) this.#send(sender, null);
  }

  async measure(): Promise<Omit<LoadResult, keyof Losses>> {
    const { charged, measureMs } = this.#spec;
    const trees = { ...charged, load: [process.pid] };
    const used = Object.entries(trees).map(([name, roots]) => ({
      name,
      roots,
      before: cpuSecondsOf(roots),
    }));
    const [began, machine] = [performance.now(), machineCpuSeconds()];
    this.#measuring = true;
    await sleep(measureMs);
    this.#measuring = false;
    const seconds = (performance.now() - began) / 1000;
    const busy = machineCpuSeconds() - machine;
    const charges = used.map(({ name, roots, before }): [string, Charge] => [
      name,
      { cpuSeconds: cpuSecondsOf(roots) - before, memoryMiB: memoryMiBOf(roots) },
    ]);
    const ours = charges.reduce((sum, [, { cpuSeconds }]) => sum + cpuSeconds, 0);
    return {
      seconds,
      accepted: this.#accepted,
      deliveries: this.#deliveries,
      latency: this.#latencies.percentiles(),
      charges: Object.fromEntries(charges),
      othersCpuSeconds: Math.max(0, busy - ours),
    };
  }

  async end(): Promise<void> {
    this.#sending = false;
    await this.#finished();
    // What comes twice may come late.
    await sleep(100);
    this.#crowd?.leave();
  }

  async #finished(): Promise<void> {
    const end = performance.now() + this.#spec.drainMs;
    while (this.#ledger.open > 0 && performance.now() < end) await sleep(20);
  }

  losses(): Losses {
    const { sent, open, duplicated } = this.#ledger;
    return { sent, refused: this.#refused, lost: open, duplicated };
  }

  #send(sender: Sender, due: number | null): void {
    const { seat, room } = sender;
    const number = this.#ledger.send(seat, room.members, due ?? performance.now());
    this.#senderOf[number] = sender;
    this.#crowd?.send(seat, { room: room.id, number, body: bodyOf(number) }, (refusal) => {
      if (refusal !== null) return this.#overloaded(sender, number, refusal);
      if (this.#measuring) this.#accepted += 1;
      this.#ledger.accepted(number);
    });
  }

  /** In a closed loop the sender goes on after a while. */
  #overloaded(sender: Sender, number: number, refusal: string): void {
    if (!isOverload(refusal)) throw new Error(`a message was refused: ${refusal}`);
    this.#refused += 1;
    this.#ledger.refused(number);
    const { kind } = this.#spec.pace;
    const again = (): void => {
      if (kind === 'closed' && this.#sending) this.#send(sender, null);
    };
    setTimeout(again, refusedMs);
  }

  /** Every message is due at its instant, also when the one before is late: its wait counts. */
  #sendByTheClock(perSecond: number): void {
    const began = performance.now();
    let next = 0;
    const tick = (): void => {
      if (!this.#sending) return;
      const dueAt = (message: number): number => began + (message * 1000) / perSecond;
      for (; dueAt(next) <= performance.now(); next++) {
        const sender = this.#senders[next % this.#senders.length];
        if (sender) this.#send(sender, dueAt(next));
      }
      setTimeout(tick, 1);
    };
    tick();
  }
}
