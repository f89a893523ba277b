import type { SimDevice } from '../device/sim-device.ts';
import type { World } from '../world.ts';
import type { Act } from './act.ts';
import { handleOf, running } from './running.ts';

const mostDevices = 3;
const looksEveryMs = 2_000;
/** A device that has not come in by then is given up, and another one is begun with. */
const patienceMs = 90_000;

/** Somebody gets a further device, and has it linked by one that runs. */
export const link: Act = (world, draw) => {
  const old = draw.pick(running(world));
  if (!old) return;
  const own = world.devices.filter(({ person, gone }) => person === old.person && !gone);
  if (own.length < mostDevices) new Linking(world, old.person).look();
};

/** A person who wants a further device to come in, and does whatever it takes. */
class Linking {
  readonly #world: World;
  readonly #person: number;
  readonly #fresh: SimDevice;
  readonly #name: string;
  readonly #begunAt: number;
  #approver: SimDevice | null = null;
  /** The start of the approver at which it took this up; what it began then is still going on. */
  #approvedAt: number | null = null;

  constructor(world: World, person: number) {
    this.#world = world;
    this.#person = person;
    this.#fresh = world.addDevice(person);
    this.#name = `device ${this.#fresh.number}`;
    this.#begunAt = world.timeline.now;
    this.#fresh.enrolAs({ handle: handleOf(person), deviceName: this.#name });
    void this.#fresh.start();
  }

  look(): void {
    const { linked, gone } = this.#fresh;
    if (linked) return;
    if (gone) return this.#beginAnew();
    if (this.#world.timeline.now - this.#begunAt > patienceMs) this.#giveUp();
    else this.#approve();
    this.#world.timeline.after(looksEveryMs, () => this.look());
  }

  #beginAnew(): void {
    const isSomebodyIn = this.#world.devices.some(
      ({ person, linked, gone }) => person === this.#person && linked && !gone,
    );
    if (isSomebodyIn) new Linking(this.#world, this.#person).look();
  }

  /** By one device until it is gone: what it offered, no other can take back. */
  #approve(): void {
    if (!this.#approver || this.#approver.gone) this.#approver = this.#helper();
    const approver = this.#approver;
    if (!approver?.on || this.#approvedAt === approver.starts) return;
    this.#approvedAt = approver.starts;
    const again = (): void => void (this.#approvedAt = null);
    approver.do('approve', async (sealpost) => {
      try {
        const waiting = (await sealpost.devices()).find(
          ({ name, status, signatureKey }) =>
            name === this.#name && status === 'pending' && signatureKey !== null,
        );
        if (waiting) await sealpost.approveDevice(waiting.device, async () => true);
      } finally {
        again();
      }
    });
  }

  /** Whatever the server has under its name is revoked, until that is so, and who waits there without being its person's. */
  #giveUp(): void {
    const fresh = this.#fresh;
    this.#helper()?.do('give up', async (sealpost) => {
      for (const { name, status, device: id } of await sealpost.devices()) {
        const isOver = name === this.#name ? status !== 'revoked' : status === 'pending';
        if (!isOver || this.#isAnothers(name)) continue;
        this.#world.witness({ kind: 'wanted', ends: 'device', id });
        await sealpost.revokeDevice(id);
      }
      if (!fresh.linked) fresh.gone = true;
    });
  }

  /** Whether it is another device that this person has. */
  #isAnothers(name: string): boolean {
    const own = this.#world.devices.filter(({ person }) => person === this.#person);
    return name !== this.#name && own.some(({ number }) => name === `device ${number}`);
  }

  #helper(): SimDevice | null {
    return running(this.#world).find(({ person }) => person === this.#person) ?? null;
  }
}
