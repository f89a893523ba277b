import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineDevice } from '../../engine/engine-device.ts';
import { deviceIdsOf, Lab, textsOf } from '../../engine/lab.ts';
import type { CryptoEngineSubject } from './subject.ts';

type Kind =
  | 'send'
  | 'add'
  | 'remove'
  | 'refresh'
  | 'rejoin'
  | 'reset'
  | 'race'
  | 'sync'
  | 'restart';
interface Move {
  readonly kind: Kind;
  /** Positions, resolved among those that can make the move. */
  readonly who: number;
  readonly whom: number;
}

const kinds: readonly Kind[] = [
  ...(['send', 'send', 'send', 'add', 'add', 'remove', 'refresh'] as const),
  ...(['rejoin', 'reset', 'race', 'sync', 'restart'] as const),
];
const move = fc.record<Move>({
  kind: fc.constantFrom(...kinds),
  who: fc.nat({ max: 9 }),
  whom: fc.nat({ max: 9 }),
});

/** Whatever happens in whatever order: all members agree, and everybody reads what was written while it was one. */
export function scenarios(subject: CryptoEngineSubject): void {
  describe('random scenarios', () => {
    it('keep all members in agreement and everybody else out', async () => {
      const moves = fc.array(move, { maxLength: 16 });
      await fc.assert(
        fc.asyncProperty(moves, async (script) => {
          const play = await Play.open(new Lab(() => subject.engine()));
          for (const one of script) await play.make(one);
          const { secrets, ids, agreed, read, expected } = await play.end();
          expect(secrets).toBe(1);
          expect(agreed).toEqual(agreed.map(() => ids));
          expect(read).toEqual(expected);
        }),
        { numRuns: subject.scenarios },
      );
    });
  });
}

class Play {
  readonly #lab: Lab;
  readonly #devices: readonly EngineDevice[];
  readonly #expected: Map<EngineDevice, string[]>;
  readonly #read: Map<EngineDevice, string[]>;

  constructor(lab: Lab, devices: readonly EngineDevice[]) {
    this.#lab = lab;
    this.#devices = devices;
    this.#expected = new Map(devices.map((device) => [device, []]));
    this.#read = new Map(devices.map((device) => [device, []]));
  }

  static async open(lab: Lab): Promise<Play> {
    const devices = await lab.devices('alice', 'bob', 'carol', 'dave', 'erin');
    await lab.found(devices[0], devices[1]);
    return new Play(lab, devices);
  }

  async make({ kind, who, whom }: Move): Promise<void> {
    const lab = this.#lab;
    const members = this.#members();
    const by = pick(members, who);
    const other = pick(
      members.filter((one) => one !== by),
      whom,
    );
    const outsider = pick(
      this.#devices.filter((one) => !members.includes(one)),
      whom,
    );
    if (!by) return;
    if (kind === 'sync') return this.#sync(pick(this.#devices, whom) ?? by);
    if (kind === 'restart') return by.restart();
    await this.#sync(by);
    if (kind === 'send') await this.#send(by);
    if (kind === 'refresh') await lab.commit(by);
    if (kind === 'add' && outsider) await lab.commit(by, { adds: [outsider] });
    if (kind === 'remove' && other) await lab.commit(by, { removes: [other] });
    if (kind === 'rejoin') await this.#rejoin(pick(this.#devices, whom) ?? by);
    if (kind === 'reset') await lab.found(by, ...(other ? [other] : []));
    if (kind === 'race' && other) await this.#race(by, other);
  }

  /** Everybody catches up: what the members then hold, and what each device has read and was to read. */
  async end() {
    for (const device of this.#devices) await this.#sync(device);
    const members = this.#members();
    const secrets = new Set<string>();
    const agreed: string[][] = [];
    for (const member of members) {
      agreed.push(deviceIdsOf(await this.#lab.statusOf(member)));
      secrets.add(await this.#lab.epochSecret(member));
    }
    return {
      secrets: secrets.size,
      agreed,
      ids: members.map(({ ref }) => ref.device).toSorted(),
      read: [...this.#read.values()],
      expected: [...this.#expected.values()],
    };
  }

  #members(): EngineDevice[] {
    return this.#devices.filter(({ ref }) => this.#lab.log.keyed.has(ref.device));
  }

  /** Hands everything to the device, also what it must not be able to read. */
  async #sync(device: EngineDevice): Promise<void> {
    this.#read.get(device)?.push(...textsOf(await this.#lab.sync(device)));
  }

  async #send(by: EngineDevice): Promise<void> {
    const text = `message ${this.#lab.log.entries.length}`;
    await this.#lab.send(by, text);
    for (const member of this.#members()) {
      if (member !== by) this.#expected.get(member)?.push(text);
    }
  }

  async #rejoin(device: EngineDevice): Promise<void> {
    await this.#sync(device);
    const isAlone = this.#members().every((member) => member === device);
    await (isAlone ? this.#lab.found(device) : this.#lab.rejoin(device));
  }

  async #race(winner: EngineDevice, loser: EngineDevice): Promise<void> {
    await this.#sync(loser);
    const [first, second] = [
      await this.#lab.stageCommit(winner),
      await this.#lab.stageCommit(loser),
    ];
    expect(await this.#lab.submit(winner, first)).not.toBeNull();
    expect(await this.#lab.submit(loser, second)).toBeNull();
  }
}

const pick = <T>(from: readonly T[], position: number): T | undefined =>
  from[position % Math.max(1, from.length)];
