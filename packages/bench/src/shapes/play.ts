import { join } from 'node:path';
import type { Cast, Contender } from '../contenders/contender.ts';
import type { Ground } from '../contenders/ground.ts';
import type { LoadResult, LoadSpec, Pace } from '../load/load-spec.ts';
import { NodeProcess } from '../machine/node-process.ts';
import { fromSource, scripts } from '../machine/scripts.ts';
import { type Figures, figuresOf } from '../report/figures.ts';

export interface Timing {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Messages between members of rooms. */
export interface Traffic {
  readonly cast: Cast;
  readonly pace: Pace;
}

/** For each contender, the figures of every round. */
export type Rounds = ReadonlyMap<string, readonly Figures[]>;

const drainMs = 10_000;

/** Everybody's turn comes once in a round, so that what is compared was measured one after the other. */
export async function play(
  ground: Ground,
  traffic: Traffic,
  contenders: readonly Contender[],
  { rounds, warmUpMs, measureMs }: Timing,
): Promise<Rounds> {
  const specs = new Map<Contender, LoadSpec>();
  for (const contender of contenders) {
    const { dialect, urls, charged } = contender;
    specs.set(contender, {
      dialect,
      urls,
      ...(await contender.prepare(traffic.cast)),
      pace: traffic.pace,
      warmUpMs,
      measureMs,
      drainMs,
      charged,
    });
  }
  const figures = new Map<string, Figures[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [{ name }, spec] of specs)
      figures.get(name)?.push(figuresOf(await load(ground, spec)));
  return figures;
}

/** Plays one run from a process of its own. */
async function load(ground: Ground, spec: LoadSpec): Promise<LoadResult> {
  const child = new NodeProcess({
    args: [fromSource, scripts.load],
    log: join(ground.folder, 'load.log'),
  });
  child.give(JSON.stringify(spec));
  return JSON.parse(await child.firstLine()) as LoadResult;
}
