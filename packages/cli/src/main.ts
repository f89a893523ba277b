import { type Command, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

function commandOf(name: string): Command | null {
  const meant = name === '--help' || name === '-h' ? 'help' : name;
  return Object.hasOwn(commands, meant) ? commands[meant as keyof typeof commands] : null;
}

/** Runs one command and answers its exit code. Nothing is thrown. */
export async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const command = commandOf(name);
  if (command === null) {
    const { didYouMean } = await import('@sealpost/app');
    tell(
      `There is no command ${name}.${didYouMean(name, Object.keys(commands))} sealpost help lists them.`,
    );
    return exitCodes.usage;
  }
  try {
    return await command.run(args);
  } catch (error) {
    return await failed(error, command);
  }
}

/** Thrown by Node's own reader of arguments. */
const isArgumentError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

/** Only errors whose texts are made for people are shown; what is left of others is safe by construction. */
async function failed(error: unknown, { usage }: Command): Promise<number> {
  if (error instanceof UsageError || isArgumentError(error)) {
    tell(`${error.message}\nUsage: sealpost ${usage}`);
    return exitCodes.usage;
  }
  const { ConfigError, faultRecord, StartError } = await import('@sealpost/app');
  const { AdapterFailure } = await import('@sealpost/domain');
  if (error instanceof ConfigError) {
    tell(error.message);
    return exitCodes.configuration;
  }
  if (error instanceof StartError) {
    tell(error.message);
    return exitCodes.cannotStart;
  }
  // The SDK is not loaded for commands that do not use it; its texts hold kinds and codes.
  const isForPeople =
    error instanceof AdapterFailure || (error instanceof Error && error.name === 'SealpostError');
  tell(isForPeople ? error.message : JSON.stringify(faultRecord(`sealpost ${usage}`, error)));
  return exitCodes.failed;
}
