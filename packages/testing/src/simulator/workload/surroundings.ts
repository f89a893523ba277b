import type { SimDevice } from '../device/sim-device.ts';
import type { SimProcess } from '../server/sim-process.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { reportOfBefore } from './forgeries.ts';
import { tryTo } from './try-to.ts';

const second = 1_000;
const minute = 60 * second;

/** Breaks something now and mends it later; nobody counts on anything in between. */
export function forAWhile(world: World, ms: number, breaks: () => void, mends: () => void): void {
  world.disturbed(1);
  breaks();
  world.timeline.after(ms, () => {
    world.disturbed(-1);
    mends();
  });
}

const known = (world: World): readonly SimDevice[] => world.devices.filter(({ gone }) => !gone);

const withDevice =
  (act: (world: World, device: SimDevice, draw: Draw) => void): Act =>
  (world, draw) => {
    const device = draw.pick(known(world));
    if (device) act(world, device, draw);
  };

/** Off, by the cut of its power, for seconds or for longer than anything is kept. */
const devicePause = withDevice((world, device, draw) => {
  const long = draw.int(0, 3) === 0;
  const ms = long ? draw.int(2 * minute, 10 * minute) : draw.int(0, 30 * second);
  forAWhile(
    world,
    ms,
    () => device.crash(),
    () => void device.start(),
  );
});

const deviceCutOff = withDevice((world, { number }, draw) =>
  forAWhile(
    world,
    draw.int(second, 90 * second),
    () => world.network.cutOff(number),
    () => world.network.reconnect(number),
  ),
);

const connectionCut = withDevice((world, { number }) => {
  world.disturbed(0);
  world.network.cut(number);
});

const connectionSilent = withDevice((world, { number }) => {
  world.disturbed(0);
  world.network.freeze(number);
});

/** A device that takes nothing from its connection for a while. */
const slowReader = withDevice((world, { number }, draw) =>
  forAWhile(
    world,
    draw.int(5 * second, 60 * second),
    () => world.network.stopReading(number),
    () => world.network.readOn(number),
  ),
);

const clockSet = withDevice((_, device, draw) => device.setClock(draw.int(-5, 5) * minute));

const processCrash: Act = (world, draw) => {
  const process = draw.pick(world.processes.filter(({ life }) => life.alive));
  if (!process) return;
  forAWhile(
    world,
    draw.int(100, 20 * second),
    () => process.crash(),
    () => world.replaceEnded(),
  );
};

const processDrain: Act = (world, draw) => {
  const process = draw.pick(world.processes.filter(({ accepts }) => accepts));
  if (!process) return;
  forAWhile(
    world,
    draw.int(second, 10 * second),
    () => process.drain(),
    () => world.replaceEnded(),
  );
};

const databaseDown: Act = (world, draw) =>
  forAWhile(
    world,
    draw.int(second, 30 * second),
    () => world.database.goDown(),
    () => world.database.comeUp(),
  );

/** For less than a lease. */
const presenceAway: Act = (world, draw) =>
  forAWhile(
    world,
    draw.int(second, 20 * second),
    () => world.database.presenceGoesAway(),
    () => world.database.presenceComesBack(),
  );

const databaseFlaky: Act = (world, draw) =>
  forAWhile(
    world,
    draw.int(5 * second, minute),
    () => Object.assign(world.database.faults, { failBefore: 30, failAfter: 30, latencyMs: 200 }),
    () => Object.assign(world.database.faults, { failBefore: 0, failAfter: 0, latencyMs: 3 }),
  );

const networkBad: Act = (world, draw) =>
  forAWhile(
    world,
    draw.int(5 * second, minute),
    () => Object.assign(world.network.faults, { lost: 100, doubled: 50, latencyMs: 2_000 }),
    () => Object.assign(world.network.faults, { lost: 0, doubled: 0, latencyMs: 20 }),
  );

const crowded: Act = (world, draw) =>
  forAWhile(
    world,
    draw.int(5 * second, minute),
    () => (world.crowding.share = 200),
    () => (world.crowding.share = 0),
  );

/** Hints between processes are lost: nothing that is promised rests on them, so it is no disturbance. */
const busBad: Act = (world, draw) => {
  Object.assign(world.bus.faults, { lost: 300, doubled: 100, latencyMs: 500 });
  world.timeline.after(draw.int(5 * second, 2 * minute), () => world.bus.mend());
};

const busBroken: Act = (world, draw) => {
  world.bus.break();
  world.timeline.after(draw.int(second, minute), () => world.bus.mend());
};

const withProcess =
  (act: (world: World, process: SimProcess, ms: number) => void): Act =>
  (world, draw) => {
    const process = draw.pick(world.processes.filter(({ life }) => life.alive));
    const long = draw.int(0, 3) === 0;
    if (process) act(world, process, draw.int(second, (long ? 150 : 40) * second));
  };

/** One process cannot reach the database; the others can, and it hears what they do. */
const databaseApart = withProcess((world, { life }, ms) =>
  forAWhile(
    world,
    ms,
    () => world.database.cutOff(life),
    () => world.database.reconnect(life),
  ),
);

/** Where the log is on several machines: the others take nothing for a while, then one of them becomes primary. */
const failover: Act = (world, draw) => {
  if (!world.database.replicas) return;
  forAWhile(
    world,
    draw.int(0, 8 * second),
    () => world.database.replicas?.stall(),
    () => world.database.replicas?.failOver(),
  );
};

/** One process hears of no other, and none of it: as with hints that are lost, nothing that is promised rests on it. */
const busApart = withProcess((world, { life }, ms) => {
  world.bus.cutOff(life);
  world.timeline.after(ms, () => world.bus.reconnect(life));
});

interface Before {
  readonly incarnation: number;
  readonly tokens: readonly string[];
}

const backup: Act = (world) => world.takeBackup();

/** Of a token that was given before a restore the session may not be there any more to be ended. */
function useAgain(world: World, { incarnation, tokens }: Before): void {
  if (world.incarnation === incarnation) return;
  for (const token of tokens) void tryTo(world, token, 'ownAccount', {});
}

const restore: Act = (world) => {
  const before = { incarnation: world.incarnation, tokens: [...world.tokens.values()] };
  world.disturbed(0);
  world.restore();
  // When each comes back differs, and soon after that it says how far it is now.
  for (let ms = 500; ms <= 10_000; ms += 500) world.timeline.after(ms, () => reportOfBefore(world));
  for (const ms of [second, 10 * second]) world.timeline.after(ms, () => useAgain(world, before));
};

/** What goes wrong around people and their devices, each so often. */
export const surroundingsActs: Readonly<Record<string, WeightedAct>> = {
  devicePause: { weight: 8, act: devicePause },
  deviceCutOff: { weight: 5, act: deviceCutOff },
  connectionCut: { weight: 4, act: connectionCut },
  connectionSilent: { weight: 2, act: connectionSilent },
  slowReader: { weight: 2, act: slowReader },
  clockSet: { weight: 2, act: clockSet },
  processCrash: { weight: 7, act: processCrash },
  processDrain: { weight: 6, act: processDrain },
  databaseDown: { weight: 2, act: databaseDown },
  presenceAway: { weight: 4, act: presenceAway },
  databaseApart: { weight: 3, act: databaseApart },
  failover: { weight: 4, act: failover },
  databaseFlaky: { weight: 3, act: databaseFlaky },
  networkBad: { weight: 4, act: networkBad },
  crowded: { weight: 3, act: crowded },
  busBad: { weight: 4, act: busBad },
  busApart: { weight: 3, act: busApart },
  busBroken: { weight: 3, act: busBroken },
  backup: { weight: 3, act: backup },
  restore: { weight: 1, act: restore },
};
