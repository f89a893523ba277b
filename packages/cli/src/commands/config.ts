import { type ConfigRow, describeConfig, toolVariablesIn } from '@sealpost/app';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

const sourceOf = ({ source, from }: ConfigRow): string =>
  from === '' ? source : `${source} ${from}`;

function table(rows: readonly ConfigRow[]): string {
  const widest = (of: (row: ConfigRow) => string): number =>
    Math.max(...rows.map((row) => of(row).length));
  const [keys, values] = [widest(({ key }) => key), widest(({ value }) => value)];
  return rows
    .map((row) => `${row.key.padEnd(keys)}  ${row.value.padEnd(values)}  ${sourceOf(row)}`)
    .join('\n');
}

const described = (rows: readonly ConfigRow[]): string =>
  rows
    .map(({ key, value, description, allowed, variable, ...row }) =>
      [
        `${key} = ${value}   (${sourceOf({ key, value, description, allowed, variable, ...row })})`,
        description,
        `Allowed: ${allowed}.`,
        `Variable: ${variable}`,
      ].join('\n  '),
    )
    .join('\n\n');

/** Shows the effective settings. Secrets are masked. */
export async function config(args: string[]): Promise<number> {
  const { loaded, flags } = serverOptions(args, { flags: ['describe', 'json'] });
  const rows = describeConfig(loaded);
  const shown = flags.has('json')
    ? JSON.stringify(rows, null, 2)
    : flags.has('describe')
      ? described(rows)
      : table(rows);
  process.stdout.write(`${shown}\n`);
  for (const name of toolVariablesIn(process.env)) {
    process.stderr.write(`${name} is set, but it is for tests and configures no server.\n`);
  }
  return exitCodes.done;
}
