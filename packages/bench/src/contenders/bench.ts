import type { Scale } from '../scale.ts';
import type { Contender } from './contender.ts';
import { Ground } from './ground.ts';
import { Relay } from './relay.ts';
import { Sealpost } from './sealpost.ts';

/** `sealpost`: the product. `floor`: a bare relay that stores as cheaply as it can. `one-by-one`: one that commits each message by itself. */
export type ContenderName = 'sealpost' | 'floor' | 'one-by-one';

/** What shapes are measured on: started when it is needed first, and kept, since who idles costs nothing. */
export class Bench {
  readonly scale: Scale;
  readonly ground: Ground;
  readonly #contenders = new Map<ContenderName, Contender>();

  private constructor(scale: Scale, ground: Ground) {
    this.scale = scale;
    this.ground = ground;
  }

  static async open(scale: Scale, profiles: string | null): Promise<Bench> {
    return new Bench(scale, await Ground.prepare(profiles));
  }

  async contender(name: ContenderName): Promise<Contender> {
    const known = this.#contenders.get(name);
    if (known) return known;
    const started = await this.#start(name);
    this.#contenders.set(name, started);
    return started;
  }

  async close(): Promise<void> {
    for (const contender of this.#contenders.values()) await contender.stop();
    await this.ground.clear();
  }

  #start(name: ContenderName): Promise<Contender> {
    if (name === 'sealpost') return Sealpost.start(this.ground, { name });
    const store = name === 'floor' ? 'adaptive' : 'one-by-one';
    return Relay.start(this.ground, { name, store });
  }
}
