import { parseArgs } from 'node:util';
import {
  checkConfig,
  ConfigError,
  type ConfigRow,
  describeConfig,
  fileSchema,
  referencePage,
  toolVariablesIn,
} from '@sealpost/app';
import { exitCodes } from '../exit-codes.ts';
import { findingLines } from '../finding-lines.ts';
import { serverOptions, serverSources } from '../server-options.ts';

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

/** Shows the effective settings, checks them, or prints what can be set. */
export function config([what = '', ...args]: string[]): Promise<number> {
  if (what === 'check') return check(args);
  if (what === 'reference') return reference(args);
  return effective(what === '' ? args : [what, ...args]);
}

/** Secrets are masked. */
async function effective(args: string[]): Promise<number> {
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

/** Whether a server would start with these settings, as far as they alone tell. */
async function check(args: string[]): Promise<number> {
  const { sources, flags } = serverSources(args, { flags: ['strict'] });
  const { issues, unwise } = await checkConfig(sources);
  if (issues.length > 0) throw new ConfigError(issues);
  const isRefused = flags.has('strict') && unwise.length > 0;
  if (isRefused)
    process.stderr.write(
      `The configuration can be used, and should not be in production:\n${findingLines(unwise)}\n`,
    );
  else process.stdout.write('The configuration can be used.\n');
  return isRefused ? exitCodes.configuration : exitCodes.done;
}

async function reference(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { 'json-schema': { type: 'boolean' } } });
  process.stdout.write(
    values['json-schema'] ? `${JSON.stringify(fileSchema(), null, 2)}\n` : referencePage(),
  );
  return exitCodes.done;
}
