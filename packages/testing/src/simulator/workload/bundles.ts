import { hex } from '@sealpost/domain';
import type { WireBundle } from '@sealpost/protocol';
import { digest } from '../server/stand-ins.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { callAs } from './call-as.ts';
import { anybody, running } from './running.ts';
import { tryAs } from './try-to.ts';

const longMs = 60 * 60_000;
const length = 40;
/** More than a bundle may have. */
const tooLong = 17 * 1024;

/** One as it should be, but for what is named. */
function bundle(world: World, draw: Draw, spoilt: { length?: number } = {}): WireBundle {
  const body = new Uint8Array(spoilt.length ?? length);
  new DataView(body.buffer).setUint32(0, draw.int(0, 0x7fffffff));
  const expiresAt = world.timeline.wallTime + longMs;
  return { ref: hex(digest.sha256(body)), body, expiresAt };
}

/** Bundles that nobody may give, each for one reason alone. */
const forgeries: readonly ((world: World, draw: Draw) => WireBundle)[] = [
  (world, draw) => bundle(world, draw, { length: tooLong }),
  (world, draw) => ({ ...bundle(world, draw), expiresAt: world.timeline.wallTime - longMs }),
  (world, draw) => ({ ...bundle(world, draw), ref: bundle(world, draw).ref }),
];

const forge: Act = (world, draw) => {
  const self = draw.pick(running(world))?.ref;
  if (!self) return;
  const give = (oneTime: readonly WireBundle[], lastResort: WireBundle | null): void => {
    const body = { suite: world.engine.suite, oneTime, lastResort };
    void tryAs(world, self, 'uploadBundles', { body });
  };
  for (const forged of forgeries) {
    give([forged(world, draw)], null);
    give([], forged(world, draw));
  }
  const twice = bundle(world, draw);
  give([twice, twice], null);
  give([twice], twice);
};

/** Several devices claim one account's bundles at once, more than there are; some want those of one device alone. */
const claims: Act = (world, draw) => {
  const of = draw.pick(anybody(world));
  if (!of) return;
  const suite = world.engine.suite;
  for (let left = draw.int(2, 12); left > 0; left -= 1) {
    const self = draw.pick(anybody(world));
    const only = draw.int(0, 3) === 0 ? [of.device] : null;
    if (self)
      callAs(world, self, 'claimBundles', { body: { suite, accounts: [of.account], only } });
  }
};

/** What devices do with bundles beside their applications. */
export const bundlesActs: Readonly<Record<string, WeightedAct>> = {
  claims: { weight: 3, act: claims },
  forgedUploads: { weight: 3, act: forge },
};
