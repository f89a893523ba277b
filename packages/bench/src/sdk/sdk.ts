/**
 * What encrypting and decrypting costs, in a process of its own: `node sdk.ts FOLDER MESSAGES ROUNDS SIZE…`. Writes for each
 * size of group and each way, by round, what a message took.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MemoryStore } from '@sealpost/client';
import { openSqliteStore } from '@sealpost/client/sqlite';
import { bareTalk } from './bare-mls.ts';
import { engineTalk } from './engine-talk.ts';
import type { Talk } from './talk.ts';

export const ways = ['ts-mls alone', 'SDK', 'SDK, kept in files'] as const;

export interface Spent {
  readonly size: number;
  readonly way: (typeof ways)[number];
  /** Milliseconds for one message, encrypted and decrypted; by round. */
  readonly cpu: number[];
  readonly elapsed: number[];
}

const [folder = '', messages = '', rounds = '', ...sizes] = process.argv.slice(2);
const plaintext = new Uint8Array(randomBytes(512));
let files = 0;
const inFile = () =>
  openSqliteStore({
    path: join(folder, `device-${++files}.db`),
    key: new Uint8Array(randomBytes(32)),
  });

const talksOf = (size: number): readonly (readonly [Spent['way'], Promise<Talk>])[] => [
  ['ts-mls alone', bareTalk(size)],
  ['SDK', engineTalk(size, () => MemoryStore.open())],
  ['SDK, kept in files', engineTalk(size, inFile)],
];

async function timed(talk: Talk, count: number): Promise<{ cpu: number; elapsed: number }> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  for (let i = 0; i < count; i++) await talk.exchange(plaintext);
  const { user, system } = process.cpuUsage(used);
  return { cpu: (user + system) / 1000 / count, elapsed: (performance.now() - began) / count };
}

const results: Spent[] = [];
for (const size of sizes.map(Number)) {
  const talks: { spent: Spent; talk: Talk }[] = [];
  for (const [way, talk] of talksOf(size))
    talks.push({ spent: { size, way, cpu: [], elapsed: [] }, talk: await talk });
  for (let round = 0; round <= Number(rounds); round++)
    for (const { spent, talk } of talks) {
      const { cpu, elapsed } = await timed(talk, Number(messages));
      // The first round warms up.
      if (round === 0) continue;
      spent.cpu.push(cpu);
      spent.elapsed.push(elapsed);
    }
  for (const { spent, talk } of talks) {
    results.push(spent);
    await talk.close();
  }
}
process.stdout.write(`${JSON.stringify(results)}\n`);
