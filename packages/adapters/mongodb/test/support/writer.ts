import { aMessageAppend, many } from '@sealpost/testing';
import { connectMongo } from '../../src/index.ts';

/**
 * A process that appends messages to conversations until it is killed or told to end by a line, and prints what was
 * acknowledged: conversation, client id and number. What failed it gives again.
 */
const [url = '', database = '', ...conversations] = process.argv.slice(2);
const history = connectMongo({ url, database, connectTimeoutMs: 2_000 });
let isOver = false;
process.stdin.once('data', () => (isOver = true));

const told: string[] = [];
for (let round = 0; !isOver; round++) {
  const batch = many(1 + (round % 3), (index) =>
    aMessageAppend(1, {
      conversation: conversations[(round + index) % conversations.length] ?? '',
    }),
  );
  for (let outcomes; outcomes === undefined && !isOver;) {
    outcomes = await history.log.append(batch).catch(() => undefined);
    outcomes?.forEach((outcome, index) => {
      const { conversation = '', clientId = '' } = batch[index]?.draft ?? {};
      if ('seq' in outcome) told.push(`${conversation} ${clientId} ${outcome.seq}\n`);
    });
  }
  process.stdout.write(told.splice(0).join(''));
}
await history.stop();
process.stdin.destroy();
