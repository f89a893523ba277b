import { startEmbeddedPostgres } from '../../src/index.ts';

// A server in miniature: starts Postgres, says so or why not in one line of JSON, and stops on SIGTERM.
const [dataFolder = '', runtimeFolder] = process.argv.slice(2);
const say = (fact: object): void => void process.stdout.write(`${JSON.stringify(fact)}\n`);
try {
  const postgres = await startEmbeddedPostgres({
    dataFolder,
    ...(runtimeFolder === undefined ? {} : { runtimeFolder }),
    onNotice: (notice) => say({ notice }),
  });
  process.on('SIGTERM', () => void postgres.stop().then(() => process.exit(0)));
  // Ctrl+C: the server would drain first, which takes a working Postgres.
  process.on('SIGINT', () => undefined);
  say({ started: { pid: process.pid, postgres: postgres.pid, url: postgres.url } });
} catch (error) {
  const { code, message } = error as { code: string; message: string };
  say({ refused: { code, message } });
}
