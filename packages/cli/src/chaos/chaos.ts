import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { distribution } from './distribution.ts';
import { isProfile, partsOfProfile, type ProfileName } from '../harness/profile-parts.ts';
import { type FaultName, faultsOf } from './faults.ts';
import { bounds, ChaosRun, type RunResult, seconds, processes } from './run.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The faults that were asked for; without such a wish all that can strike the profile. */
function readFaults(profile: ProfileName, given: string | undefined): readonly FaultName[] {
  const possible = faultsOf(profile);
  if (given === undefined) return possible;
  return given.split(',').map((name) => {
    const fault = possible.find((one) => one === name.trim());
    if (fault !== undefined) return fault;
    throw new Error(`--faults must be some of: ${possible.join(', ')}`);
  });
}

interface Arguments {
  readonly minutes: number;
  readonly profile: ProfileName;
  readonly seed: number;
  readonly devices: number;
  readonly faults: readonly FaultName[];
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '2' },
      profile: { type: 'string', default: 'postgres' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      devices: { type: 'string', default: '24' },
      faults: { type: 'string' },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  const devices = Number(values.devices);
  if (!(minutes > 0)) throw new Error('--minutes must be a number above 0');
  if (!Number.isInteger(devices) || devices < 3)
    throw new Error('--devices must be a whole number from 3 on');
  if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number');
  if (!isProfile(values.profile))
    throw new Error(`--profile must be one of: ${Object.keys(partsOfProfile).join(', ')}`);
  return {
    minutes,
    profile: values.profile,
    seed,
    devices,
    faults: readFaults(values.profile, values.faults),
  };
}

const row = (name: string, values: readonly number[]): string => {
  const shown = distribution(values);
  if (!shown) return `    ${name.padEnd(20)} none`;
  const figures = Object.entries(shown).map(([key, ms]) => `${key} ${seconds(ms)}`.padEnd(11));
  return `    ${name.padEnd(20)} ${String(values.length).padStart(4)}×  ${figures.join(' ')}`;
};

/** Answers whether everything was as promised. */
function show(result: RunResult): boolean {
  const { tally, recoveries, drainWaits, unrest, troubles } = result;
  print('\nseconds after a fault until every device was served again:');
  for (const [name, values] of recoveries) print(row(name, values));
  print(
    `seconds that senders waited during rolling restarts (at most ${seconds(bounds.drainWaitMs)}; groups also wait for keys):`,
  );
  print(row('self and direct', drainWaits.unhurried));
  print(row('groups', drainWaits.groups));
  print(
    `at rest ${seconds(result.convergedMs)} s after the last fault (at most ${seconds(bounds.convergenceMs)})`,
  );
  for (const reason of unrest.slice(0, 20)) print(`    not at rest: ${reason}`);
  print('what the SDK told its applications meanwhile:');
  for (const [what, times] of [...troubles].toSorted(([, a], [, b]) => b - a).slice(0, 15))
    print(`    ${String(times).padStart(5)}× ${what}`);
  print(
    `${tally.sent} messages in ${result.seconds.toFixed(0)} s (${(tally.sent / result.seconds).toFixed(1)} a second), ` +
      `${tally.refused} refused; ${tally.read} positions read, ${tally.expected} expected; ${tally.claimed} key bundles`,
  );
  for (const finding of tally.findings) print(`    ${finding}`);
  const recovered = [...recoveries.values()].flat().every((ms) => ms <= bounds.recoveryMs);
  const drained = drainWaits.unhurried.every((ms) => ms <= bounds.drainWaitMs);
  print(`chaos: faults=${result.faults} sent=${tally.sent} ${tally.line()}`);
  return tally.isClean && recovered && drained && unrest.length === 0 && result.faults > 0;
}

async function chaos(): Promise<boolean> {
  const { profile, ...given } = readArguments();
  const { minutes, seed } = given;
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-chaos-'));
  print(
    `profile ${profile}, seed ${seed}: ${given.devices} devices in ${processes} processes, ${minutes} minutes`,
  );
  let held = false;
  try {
    const options = { ...given, folder, profile, tell: print };
    held = show(await ChaosRun.perform(options));
    return held;
  } finally {
    if (held) rmSync(folder, { recursive: true, force: true });
    else print(`what was written down is in ${folder}`);
  }
}

process.exitCode = (await chaos()) ? 0 : 1;
