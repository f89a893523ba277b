import { setImmediate as turn } from 'node:timers/promises';
import { mark } from '@sealpost/testing/hostile';
import { TOKENS } from '../../src/composition/tokens.ts';
import { suite } from '../support/people.ts';
import { crashes } from './crashes.ts';
import { foreignChanges, isToldOddly } from './foreign.ts';
import { Finding, judgePrototypes } from './judge.ts';
import { type Picture, pictureOf } from './picture.ts';
import { Sender } from './sender.ts';
import { FuzzSocket } from './socket.ts';
import type { Step } from './steps.ts';
import type { Subject } from './subject.ts';
import type { Tally } from './tally.ts';
import { World } from './world.ts';

/** Everybody who is to notice nothing is connected meanwhile. */
const watched = ['alice1', 'carol1'] as const;

/** Plays the cases of one world, and looks at it before and after. */
export class Story {
  readonly #subject: Subject;
  readonly #world: World;
  readonly #tally: Tally;
  readonly #sender: Sender;

  private constructor(subject: Subject, world: World, tally: Tally) {
    this.#subject = subject;
    this.#world = world;
    this.#tally = tally;
    this.#sender = new Sender(world);
  }

  /** Rejects with a `Finding` when the server did what it must not. */
  static async play(
    subject: Subject,
    index: number,
    steps: readonly Step[],
    tally: Tally,
  ): Promise<void> {
    const world = await World.begin(subject, index);
    const story = new Story(subject, world, tally);
    const witnesses = await Promise.all(
      watched.map((name) =>
        FuzzSocket.connected(subject.port, world.cast.devices[name]?.accessToken, [suite]),
      ),
    );
    const before = await pictureOf(subject, world.cast);
    try {
      for (const [at, step] of steps.entries()) await story.#step(step).catch(foundAt(at));
      story.#witnessed(witnesses);
      await story.#foreign(before);
      await story.#bystander();
    } finally {
      await Promise.all(witnesses.map((witness) => witness.close()));
      await story.#sender.close();
      await turn();
    }
  }

  async #step(step: Step): Promise<void> {
    const ones = step.kind === 'together' ? step.steps : [step];
    const reached = this.#subject.reached();
    const verdicts = await Promise.all(ones.map((one) => this.#sender.send(one)));
    const calls = this.#subject.reached() - reached;
    for (const [at, verdict] of verdicts.entries()) this.#tally.case(verdict, at < calls);
    judgePrototypes();
    this.#logged();
  }

  #logged(): void {
    const [crash] = crashes.splice(0);
    if (crash) throw new Finding(`the process would have ended: ${crash}`);
    const { lines, faults } = this.#subject.logged();
    const [fault] = faults;
    if (fault) throw new Finding(`the log tells of a fault: ${JSON.stringify(fault)}`);
    const { people, devices } = this.#world.cast;
    const secrets = [
      mark,
      ...Object.values(people).flatMap(({ account, handle }) => [account, handle]),
      ...Object.values(devices).flatMap((one) => [one.device, one.session, one.refreshToken]),
    ];
    if (secrets.some((secret) => lines.includes(secret)))
      throw new Finding('the log holds something of what was sent');
  }

  /** Somebody who has nothing to do with it is served as ever. */
  async #bystander(): Promise<void> {
    const verdict = await this.#sender.ofBystander();
    if (verdict !== 'done') throw new Finding(`a bystander’s message was refused ${verdict}`);
  }

  #witnessed(witnesses: readonly FuzzSocket[]): void {
    if (witnesses.some(({ open }) => !open))
      throw new Finding('a victim’s connection was closed', 'foreign');
    const [alice] = witnesses;
    const { cast } = this.#world;
    const odd = alice?.heard.find((event) => isToldOddly(event, cast, this.#sender.deeds));
    if (odd) throw new Finding(`Alice was told ${odd.name} by somebody else’s doing`, 'foreign');
  }

  async #foreign(before: Picture): Promise<void> {
    const work = await this.#subject.get(TOKENS.workRosterTasks);
    await work.run();
    const { cast } = this.#world;
    const [found] = foreignChanges(
      before,
      await pictureOf(this.#subject, cast),
      cast,
      this.#sender.deeds,
    );
    if (found === undefined) return;
    throw new Finding(`another account’s state: ${found}`, 'foreign');
  }
}

const foundAt =
  (step: number) =>
  (finding: unknown): never => {
    throw finding instanceof Finding ? Object.assign(finding, { step }) : finding;
  };
