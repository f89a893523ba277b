import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { fromOptions, readConfig } from '@sealpost/app';
import { type Audit, audit } from '../audit/audit.ts';
import { AuditError } from '../audit/audit-error.ts';
import { type Deployment, ownDeployment, runningDeployment } from '../audit/deployment.ts';
import { UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const help = `sealpost audit:blind [--server URL --config FILE [--log FILE]…] [--places] [--leak]

Sends texts, titles, passwords, tokens and keys that nobody else has through everything that clients can do, and then
searches every place of the server for them, in every usual encoding. Ends in one line, "blind: places=… found=…", and
with exit code 1 when anything was found. It shows where, and how it was written; never what.

Without --server it starts a server of its own on a fresh database, at the most verbose log level, in a temporary
folder, and removes everything afterwards. Your configuration is not looked at and your data are not touched.
Searched are every column of every table, every file of the data folder with the database's write-ahead log, all
that the process logged, the metrics, and the answers to calls that it has to refuse.

With --server URL it audits a deployment that is running. Give the configuration of that deployment (--config, --set,
or the environment): its database is read once, whole, in read-only transactions. storage.kind has to be postgres;
an embedded database belongs to its server alone.
  What it writes there: four accounts with random handles that begin with audit-, their devices and key bundles, and
  some dozens of entries in conversations of theirs. It deletes the accounts at the end, also after a failure or
  Ctrl+C. What stays is what stays of any deleted account, by docs/metadata.md: their handles, reserved for a while,
  the names of their devices, their sessions that ended, and the entries, which nobody can read.
  --log FILE   a log of the server; what is added to it during the audit is searched (may be repeated)

  --places     lists the places that were searched
  --leak       leaks one text on purpose, into each kind of place: the audit has to find it and fail
`;

const accepted = {
  server: { type: 'string' },
  log: { type: 'string', multiple: true, default: [] as string[] },
  config: { type: 'string' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  leak: { type: 'boolean', default: false },
  places: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} satisfies ParseArgsOptionsConfig;

type Values = ReturnType<typeof given>;

const given = (args: string[]) => parseArgs({ args, options: accepted }).values;

/** Whether a deployment is blind to what goes through it (G13). */
export async function auditBlind(args: string[]): Promise<number> {
  const values = given(args);
  if (values.help) {
    process.stdout.write(help);
    return exitCodes.done;
  }
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-audit-'));
  let deployment: Deployment | null = null;
  try {
    deployment = await deploymentOf(values, folder);
    let left = 0;
    const remains = (handle: string): void => {
      left += 1;
      process.stderr.write(`The account ${handle} may be left.\n`);
    };
    const options = { folder, leak: values.leak, signal: interruption(), remains };
    const found = report(await audit(deployment, options), values.places);
    return found + left === 0 ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.failed;
  } finally {
    await deployment?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ctrl+C ends the audit, but not before it has cleared up. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => interrupted.abort(new AuditError('The audit was interrupted.')));
  return interrupted.signal;
}

function deploymentOf(
  { server, config: file, set, log }: Values,
  folder: string,
): Promise<Deployment> {
  if (server === undefined) {
    if (file !== undefined || set.length > 0 || log.length > 0)
      throw new UsageError('--config, --set and --log are for a running deployment: add --server.');
    // A setting from outside could name another database.
    for (const name of Object.keys(process.env))
      if (name.startsWith('SEALPOST_')) delete process.env[name];
    return ownDeployment(folder);
  }
  if (!URL.canParse(server))
    throw new UsageError('--server takes a URL, such as http://127.0.0.1:8470.');
  const { config } = readConfig({ env: process.env, file, options: fromOptions(set) });
  if (config.storage.kind !== 'postgres')
    throw new UsageError(
      `storage.kind is ${config.storage.kind}; a running deployment can be audited on postgres. Without --server a fresh one is.`,
    );
  return runningDeployment(new URL(server).origin, config, log);
}

/** Answers how much was found. */
function report({ places, findings, canaries, names }: Audit, lists: boolean): number {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (lists)
    for (const place of [...places.keys()].toSorted())
      print(`searched ${places.get(place)}: ${place}`);
  print(`${canaries} canaries of ${names.size} kinds: ${[...names].toSorted().join(', ')}`);
  for (const { place, canary, encoding } of findings)
    print(`FOUND in ${place}: ${canary}, written as ${encoding}`);
  print(`blind: places=${places.size} found=${findings.length}`);
  return findings.length;
}
