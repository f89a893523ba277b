import { resolve } from 'node:path';
import {
  type Config,
  faultRecord,
  type RunningServer,
  standardLog,
  startServer,
} from '@sealpost/app';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

/** A stop that hangs in spite of its own limit is cut short after so much more. */
const patienceMs = 5_000;
const signals = { SIGINT: 2, SIGTERM: 15 } as const;

/** Runs a server. The first signal drains it, a second one ends the process at once. */
export async function serve(args: string[]): Promise<number> {
  const { config } = serverOptions(args).loaded;
  const log = standardLog(config);
  // Never Node's own report: it prints the message, which may hold values.
  process.on('uncaughtException', (error) => {
    log(faultRecord('an event that nobody handled', error));
    process.exit(exitCodes.failed);
  });
  const told = toldToStop(config);
  const server = await startServer(config, log);
  greet(server, config);
  void told.then(() => server.stop());
  return (await server.ended) === 'restored' ? exitCodes.restored : exitCodes.done;
}

function toldToStop({ drainMs }: Config): Promise<void> {
  const { promise, resolve: stop } = Promise.withResolvers<void>();
  let told = false;
  for (const [signal, number] of Object.entries(signals)) {
    process.on(signal, () => {
      if (told) process.exit(128 + number);
      told = true;
      setTimeout(() => process.exit(exitCodes.failed), drainMs + patienceMs).unref();
      stop();
    });
  }
  return promise;
}

function greet({ url }: RunningServer, { profile, dataFolder, storage, publicUrl }: Config): void {
  const rows: [string, string][] = [
    ['URL', publicUrl === null ? url : `${publicUrl} (listening on ${url})`],
    ['Data', storage.kind === 'memory' ? 'in memory, gone when it stops' : resolve(dataFolder)],
    ['Profile', profile],
    ['Reference', `${url}/reference`],
    ['Stop', 'Ctrl+C'],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`);
  process.stdout.write(`\nSealpost is running.\n\n${lines.join('\n')}\n\n`);
}
