import { rotateSigningKeys } from '@sealpost/app';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

/** Replaces the key that signs access tokens; nobody is logged out. */
export async function rotateKeys(args: string[]): Promise<number> {
  await rotateSigningKeys(serverOptions(args).loaded.config);
  process.stdout.write(
    'A fresh key signs access tokens from now on; those of before end by themselves.\n',
  );
  return exitCodes.done;
}
