import { beginAfterRestore } from '@sealpost/app';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

/** Begins a new incarnation (G9, G11). Running it again does no harm: devices then refill their keys once more. */
export async function restored(args: string[]): Promise<number> {
  const incarnation = await beginAfterRestore(serverOptions(args).loaded.config);
  process.stdout.write(
    `Incarnation ${incarnation} begins: devices will be told that the log went back, and asked for new keys. Start the servers now.\n`,
  );
  return exitCodes.done;
}
