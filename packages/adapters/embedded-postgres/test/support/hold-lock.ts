import { lockFolder } from '../../src/folder-lock.ts';

// Takes the lock and holds it until killed.
const [folder = ''] = process.argv.slice(2);
const say = (fact: object): void => void process.stdout.write(`${JSON.stringify(fact)}\n`);
try {
  await lockFolder(folder);
  say({ started: { pid: process.pid } });
} catch (error) {
  const { code, message } = error as { code: string; message: string };
  say({ refused: { code, message } });
}
setInterval(() => undefined, 60_000);
