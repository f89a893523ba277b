import type { Handshake, WireRefusal } from '@sealpost/protocol';
import type { Refused } from '@sealpost/protocol/edge';
import type { Result } from '@sealpost/domain';
import type { Dice } from '../core/dice.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Request, SimProcess } from '../server/sim-process.ts';
import { Link } from './link.ts';

export interface NetworkFaults {
  /** Of a thousand calls, so many never arrive, or their answer does not. */
  lost: number;
  /** Of a thousand calls, so many arrive twice. */
  doubled: number;
  latencyMs: number;
}

interface Caller {
  answer(outcome: Result<unknown, Refused>): void;
  /** Nobody listens there. */
  refused(): void;
}

/** Between devices and processes, with a balancer that knows only who listens. */
export class Network {
  readonly faults: NetworkFaults = { lost: 0, doubled: 0, latencyMs: 20 };
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #processes: () => readonly SimProcess[];
  readonly #links = new Map<number, Set<Link>>();
  readonly #cutOff = new Set<number>();

  constructor(timeline: Timeline, dice: Dice, processes: () => readonly SimProcess[]) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#processes = processes;
  }

  link(device: number): Link {
    const link = new Link(this.#timeline, this.#dice, this.faults.latencyMs);
    const links = (this.#links.get(device) ?? new Set()).add(link);
    this.#links.set(device, links);
    return link;
  }

  /** Nothing of this device's comes through; its connections go silent. */
  cutOff(device: number): void {
    this.#cutOff.add(device);
    this.#forEachLink(device, (link) => link.freeze());
  }

  reconnect(device: number): void {
    this.#cutOff.delete(device);
  }

  /** Cuts the device's connections; new ones can be made. */
  cut(device: number): void {
    this.#forEachLink(device, (link) => link.cut());
  }

  freeze(device: number): void {
    this.#forEachLink(device, (link) => link.freeze());
  }

  /** Says something by the device's newest connection, beside what its application says there. */
  say(device: number, message: unknown): void {
    const links = [...(this.#links.get(device) ?? [])];
    links.findLast(({ healthy }) => healthy)?.say('server', message);
  }

  stopReading(device: number): void {
    for (const link of this.#links.get(device) ?? []) link.stopReading();
  }

  readOn(device: number): void {
    for (const link of this.#links.get(device) ?? []) link.readOn();
  }

  /** The most that is on its way to any device by one connection. */
  mostWaiting(): number {
    const links = [...this.#links.values()].flatMap((of) => [...of]);
    return Math.max(0, ...links.map((link) => link.onItsWay('client')));
  }

  carry(device: number, request: Request, caller: Caller): void {
    const process = this.#anyProcess();
    if (!process) return void this.#timeline.after(this.#way(), () => caller.refused());
    const times = this.#dice.perMille(this.faults.doubled) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      if (this.#loses(device)) continue;
      this.#timeline.after(this.#way(), () => void this.#serve(device, process, request, caller));
    }
  }

  async #serve(
    device: number,
    process: SimProcess,
    request: Request,
    caller: Caller,
  ): Promise<void> {
    if (!process.life.alive) return caller.refused();
    const outcome = await process.life.hold(process.serve(request));
    if (!this.#loses(device)) this.#timeline.after(this.#way(), () => caller.answer(outcome));
  }

  /** Asks a process to let a connection in. */
  knock(
    device: number,
    handshake: Handshake,
    link: Link,
    over: (refusal: WireRefusal | null) => void,
  ): void {
    const process = this.#anyProcess();
    if (!process || this.#cutOff.has(device)) {
      this.#timeline.after(this.#way(), () => over(null));
      return;
    }
    this.#timeline.after(this.#way(), () => {
      if (!process.life.alive) return over(null);
      void process.life.hold(process.connect(handshake, link)).then((refusal) => {
        if (refusal) this.#timeline.after(this.#way(), () => over(refusal));
      });
    });
  }

  #loses(device: number): boolean {
    return this.#cutOff.has(device) || this.#dice.perMille(this.faults.lost);
  }

  #anyProcess(): SimProcess | null {
    const listening = this.#processes().filter(({ accepts }) => accepts);
    return listening.length === 0 ? null : this.#dice.pick(listening);
  }

  #way(): number {
    return this.#dice.int(1, this.faults.latencyMs);
  }

  #forEachLink(device: number, act: (link: Link) => void): void {
    for (const link of this.#links.get(device) ?? []) act(link);
    this.#links.delete(device);
  }
}
