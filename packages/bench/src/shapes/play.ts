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
export interface MessagingShape {
  readonly name: string;
  readonly cast: Cast;
  readonly pace: Pace;
  readonly contenders: readonly string[];
}

/** For each contender, the figures of every round. */
export type Rounds = ReadonlyMap<string, readonly Figures[]>;

const drainMs = 10_000;

/** Everybody's turn comes once in a round, so that what is compared was measured one after the other. */
export async function play(
  ground: Ground,
  shape: MessagingShape,
  contenders: readonly Contender[],
  { rounds, warmUpMs, measureMs }: Timing,
): Promise<Rounds> {
  const playing = contenders.filter(({ name }) => shape.contenders.includes(name));
  const specs = new Map<Contender, LoadSpec>();
  for (const contender of playing) {
    const { dialect, urls } = contender;
    specs.set(contender, {
      dialect,
      urls,
      ...(await contender.prepare(shape.cast)),
      pace: shape.pace,
      warmUpMs,
      measureMs,
      drainMs,
      charged: { server: contender.pids, postgres: [ground.postgresPid] },
    });
  }
  const figures = new Map<string, Figures[]>(playing.map(({ name }) => [name, []]));
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
