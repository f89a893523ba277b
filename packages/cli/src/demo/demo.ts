import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Player } from './cast.ts';
import { judge, type Verdict } from './judge.ts';
import {
  isProfile,
  partsOfProfile,
  ProfileParts,
  type ProfileName,
} from '../harness/profile-parts.ts';
import { readLines } from '../harness/records.ts';
import { ServerProcess } from '../harness/server-process.ts';
import type { ReceivedLine } from './lines.ts';
import { type Cast, messages, perform } from './scenario.ts';

const names = {
  alice: 'Alice (phone)',
  alicesTablet: 'Alice (tablet)',
  bob: 'Bob',
  carol: 'Carol',
} as const;
/** Of what everybody hears, so much is shown of each phase. */
const linesShown = 4;
const quietMs = 1_500;
/** Nobody heard anything for so long: what was said before is on everybody's screen. */
const calmMs = 400;
const patienceMs = 60_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Narrated {
  shown: number;
  heardAt: number;
}

async function untilCalm(narrated: Narrated): Promise<void> {
  while (performance.now() - narrated.heardAt < calmMs)
    await new Promise((resolve) => setTimeout(resolve, calmMs / 4));
}

function castOn(folder: string, server: ServerProcess, narrated: Narrated): Cast {
  const player = (key: keyof typeof names): Player =>
    new Player(names[key], join(folder, key), server.url, ({ text, seq }) => {
      narrated.heardAt = performance.now();
      if (narrated.shown++ < linesShown)
        print(
          `    ${names[key].padEnd(14)} reads ${String(seq).padStart(3)}: ${text.slice(0, text.indexOf(' #'))}`,
        );
    });
  return {
    alice: player('alice'),
    alicesTablet: player('alicesTablet'),
    bob: player('bob'),
    carol: player('carol'),
  };
}

/** Waits until nobody writes anything down any more. */
async function untilQuiet(folders: readonly string[]): Promise<void> {
  const until = performance.now() + patienceMs;
  let before = -1;
  for (let now = -2; now !== before && performance.now() < until;) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    now = folders.reduce(
      (sum, folder) => sum + readLines<ReceivedLine>(join(folder, 'received.jsonl')).length,
      0,
    );
  }
}

function show(verdict: Verdict): boolean {
  print('\nOne stored message as the server sees it:');
  for (const [column, value] of Object.entries(verdict.sample))
    print(`    ${column.padEnd(12)} ${value}`);
  const { sent, expected, delivered, lost, duplicated, outOfOrder, plaintextFound, intruded } =
    verdict;
  print(`\nread by devices that were not to: ${intruded}`);
  print(
    `demo: sent ${sent}, expected ${expected}, delivered ${delivered}, lost ${lost}, duplicated ${duplicated}, out of order ${outOfOrder}, plaintext found in store ${plaintextFound}`,
  );
  return (
    sent === messages &&
    expected > 0 &&
    delivered === expected &&
    lost + duplicated + outOfOrder + plaintextFound + intruded === 0
  );
}

/** Runs the story on a fresh server and fresh devices, and judges it by what is stored afterwards. */
async function demo(profile: ProfileName, leak: boolean): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-demo-'));
  const parts = await ProfileParts.start(profile, folder);
  try {
    return await played(folder, parts, leak);
  } finally {
    await parts.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function played(folder: string, parts: ProfileParts, leak: boolean): Promise<boolean> {
  const dataFolder = join(folder, 'server');
  const settings = parts.settings();
  const server = await ServerProcess.on(dataFolder, settings);
  const narrated: Narrated = { shown: linesShown, heardAt: 0 };
  const cast = castOn(folder, server, narrated);
  const players = Object.values(cast) as Player[];
  const narrate = async (line: string): Promise<void> => {
    await untilCalm(narrated);
    narrated.shown = 0;
    print(`* ${line}`);
  };
  try {
    await narrate(
      `the server is ready after ${Math.round(await server.start())} ms, on a fresh store of the profile ${parts.profile}`,
    );
    await Promise.all(players.map((player) => player.enter()));
    await perform({ cast, server, narrate, leak });
    await untilQuiet(players.map((player) => player.folder));
    await Promise.all(players.map((player) => player.leave()));
    await server.end('SIGTERM');
    return show(
      await judge(
        { ...settings, SEALPOST_DATA_FOLDER: dataFolder },
        players.map((player) => player.folder),
      ),
    );
  } finally {
    await Promise.all(players.map((player) => player.kill()));
    await server.end('SIGKILL');
  }
}

const { values } = parseArgs({
  options: {
    leak: { type: 'boolean', default: false },
    profile: { type: 'string', default: 'embedded' },
  },
});
if (!isProfile(values.profile))
  throw new Error(`--profile must be one of: ${Object.keys(partsOfProfile).join(', ')}`);
process.exitCode = (await demo(values.profile, values.leak)) ? 0 : 1;
