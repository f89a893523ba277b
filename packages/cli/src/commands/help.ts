import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const lines = (commands: readonly Command[]): string[] => {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  return commands.map(({ usage, summary }) => `  sealpost ${usage.padEnd(width)}  ${summary}`);
};

const text = (
  commands: readonly Command[],
): string => `Sealpost: real-time messaging, end-to-end encrypted, on a server of your own.

${lines(commands).join('\n')}

Every command that works on a server takes
  --config FILE     a YAML file with settings (or SEALPOST_CONFIG)
  --set KEY=VALUE   one setting; may be repeated
Settings also come from the environment: limits.messageBytes is SEALPOST_LIMITS__MESSAGE_BYTES.
sealpost config --describe lists them all.

Exit codes: ${exitCodes.done} done, ${exitCodes.failed} failed, ${exitCodes.usage} wrong usage, ${exitCodes.configuration} configuration refused, ${exitCodes.cannotStart} cannot start, ${exitCodes.restored} data restored meanwhile: start again.
`;

/** Shows what `sealpost` can do. */
export async function help(commands: readonly Command[]): Promise<number> {
  process.stdout.write(text(commands));
  return exitCodes.done;
}
