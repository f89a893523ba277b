import { migrateDatabase } from '@sealpost/app';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

export async function migrate(args: string[]): Promise<number> {
  const steps = await migrateDatabase(serverOptions(args).loaded.config);
  const told =
    steps.length === 0
      ? 'The database is up to date.'
      : `The database was brought up to date: ${steps.join(', ')}.`;
  process.stdout.write(`${told}\n`);
  return exitCodes.done;
}
