import { type FileHandle, open } from 'node:fs/promises';
import { withAccountImport } from '@sealpost/app';
import type { ImportAccounts } from '@sealpost/domain';
import { UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

type Account = { readonly handle: string; readonly hash: string };

/** Null: the line is none of ours. Its text is told to nobody. */
function accountIn(line: string): Account | null {
  try {
    const { handle, hash } = JSON.parse(line) as Partial<Record<keyof Account, unknown>>;
    return typeof handle === 'string' && typeof hash === 'string' ? { handle, hash } : null;
  } catch {
    // Malformed JSON, or JSON that is no object.
    return null;
  }
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new UsageError(`The file ${file} cannot be read (${why}).`);
  }
}

/**
 * Reads one account from each line. What is not created is told by the number of its line, never by its contents; the
 * others are created all the same, so the file can be corrected and imported again.
 */
export async function importAccounts(args: string[]): Promise<number> {
  const { loaded, positionals } = serverOptions(args, { positionals: 2 });
  const [what, file] = positionals;
  if (what !== 'accounts' || file === undefined)
    throw new UsageError('It is written: sealpost import accounts FILE');
  await using handle = await opened(file);
  const outcomes = await withAccountImport(loaded.config, (accounts) => imported(handle, accounts));
  report(outcomes);
  return [...outcomes.keys()].every((outcome) => outcome === 'created')
    ? exitCodes.done
    : exitCodes.failed;
}

/** By outcome, the numbers of its lines. */
async function imported(
  file: FileHandle,
  accounts: ImportAccounts,
): Promise<Map<string, number[]>> {
  const outcomes = new Map<string, number[]>();
  let number = 0;
  // Reading begins here and not earlier: lines that come before somebody asks for them are lost.
  for await (const line of file.readLines()) {
    number += 1;
    if (line.trim() === '') continue;
    const account = accountIn(line);
    const outcome = account === null ? 'malformed' : await accounts.execute(account);
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), number]);
  }
  return outcomes;
}

function report(outcomes: ReadonlyMap<string, readonly number[]>): void {
  process.stdout.write(`created: ${outcomes.get('created')?.length ?? 0}\n`);
  for (const [outcome, numbers] of outcomes) {
    if (outcome !== 'created')
      process.stdout.write(`${outcome}: ${numbers.length}, in lines ${numbers.join(', ')}\n`);
  }
}
