import { commands } from '../commands.ts';
import { exitCodes } from '../exit-codes.ts';

const lines = (): string[] => {
  const entries = Object.values(commands);
  const width = Math.max(...entries.map(({ usage }) => usage.length));
  return entries.map(({ usage, summary }) => `  sealpost ${usage.padEnd(width)}  ${summary}`);
};

const text =
  (): string => `Sealpost: real-time messaging, end-to-end encrypted, on a server of your own.

${lines().join('\n')}

Every command that works on a server takes
  --config FILE     a YAML file with settings (or SEALPOST_CONFIG)
  --set KEY=VALUE   one setting; may be repeated
Settings also come from the environment: limits.messageBytes is SEALPOST_LIMITS__MESSAGE_BYTES.
sealpost config --describe lists them all.

Exit codes: ${exitCodes.done} done, ${exitCodes.failed} failed, ${exitCodes.usage} wrong usage, ${exitCodes.configuration} configuration refused, ${exitCodes.cannotStart} cannot start.
`;

export async function help(): Promise<number> {
  process.stdout.write(text());
  return exitCodes.done;
}
