import { AdapterFailure, type Clock, type Finding } from '@sealpost/domain';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

interface Facts {
  readonly version: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly encoding: string;
  readonly now_ms: number;
  /** There is a schema, and the role may not look into it. */
  readonly is_closed: boolean;
}

const FACTS = statement<Facts>(
  'health.facts',
  `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full_page_writes,
    current_setting('server_encoding') AS encoding,
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms,
    EXISTS (SELECT FROM pg_namespace WHERE '"' || nspname || '"' = current_setting('search_path')
      AND NOT has_schema_privilege(oid, 'USAGE')) AS is_closed`,
);

/** A write that changes nothing: it fails on a standby, on a full disk and for a role that may only read. */
const WRITE = statement('health.write', 'UPDATE deployment SET incarnation = incarnation');

const oldestVersion = 150_000;
const skewMs = 5_000;

const error = (code: string, problem: string, fix: string): Finding => ({
  severity: 'error',
  code,
  problem,
  fix,
});
const warning = (code: string, problem: string, fix: string): Finding => ({
  ...error(code, problem, fix),
  severity: 'warning',
});

const refusedLogin = error(
  'postgres_login_refused',
  'PostgreSQL refuses the user or the password.',
  'Give the user and password of a role that may log in, in storage.url.',
);

const rightsMissing = error(
  'postgres_rights_missing',
  'The role may not write to the tables.',
  'Grant the role of storage.url all rights on its schema, or make it the owner.',
);

/** By SQLSTATE (PostgreSQL manual, appendix A). */
const causes: Readonly<Record<string, Finding>> = {
  '28P01': refusedLogin,
  '28000': refusedLogin,
  '3D000': error(
    'postgres_database_missing',
    'The database that storage.url names does not exist.',
    'Create it, or name one that exists.',
  ),
  '25006': error(
    'postgres_read_only',
    'PostgreSQL takes no writes: it is a standby, or its transactions are read-only.',
    'Let storage.url name the primary; see default_transaction_read_only.',
  ),
  '42501': rightsMissing,
  '53100': error(
    'postgres_disk_full',
    'PostgreSQL has no room left on its disk: nothing can be accepted.',
    'Make room on the disk of the database.',
  ),
  '53300': error(
    'postgres_connections_used_up',
    'PostgreSQL has no connection left for this server.',
    'Raise max_connections, or lower storage.poolSize of the processes that share it.',
  ),
};

/** Before the first migration there is nothing to be written to; that the step is due is told elsewhere. */
const notMadeYet = new Set(['42P01', '3F000']);

function causeOf(fault: unknown): Finding | null {
  if (!(fault instanceof AdapterFailure)) throw fault;
  if (notMadeYet.has(fault.detail)) return null;
  return (
    causes[fault.detail] ??
    error(
      'postgres_unreachable',
      `PostgreSQL does not answer (${fault.detail}).`,
      'See that it runs, and that host and port in storage.url are reached from here.',
    )
  );
}

function judged(
  { version, fsync, full_page_writes, encoding, now_ms, is_closed }: Facts,
  now: number,
) {
  const skew = Math.round(Math.abs(now_ms - now) / 1_000);
  return [
    // PostgreSQL passes over a schema that is closed, so that a write finds no table, as before the first migration.
    is_closed && rightsMissing,
    version < oldestVersion &&
      error(
        'postgres_too_old',
        `PostgreSQL is ${Math.floor(version / 10_000)}; 15 or newer is needed.`,
        'Upgrade it.',
      ),
    encoding !== 'UTF8' &&
      error(
        'postgres_not_utf8',
        `The database is encoded in ${encoding}.`,
        'Make the database with ENCODING UTF8.',
      ),
    (fsync !== 'on' || full_page_writes !== 'on') &&
      warning(
        'postgres_not_durable',
        'fsync or full_page_writes is off: a crash of its machine loses messages that were acknowledged.',
        'Set fsync and full_page_writes to on.',
      ),
    skew * 1_000 > skewMs &&
      warning(
        'clock_skewed',
        `The clocks of this machine and of PostgreSQL are ${skew} s apart.`,
        'Have both keep time by NTP.',
      ),
  ].filter((finding) => finding !== false);
}

/** What is wrong with the database; asks it twice. */
export async function healthOf(database: Database, clock: Clock): Promise<readonly Finding[]> {
  try {
    const [facts] = await database.rows(FACTS, []);
    const found = facts ? judged(facts, clock.now()) : [];
    const write = await database.rows(WRITE, []).then(() => null, causeOf);
    return write ? [...found, write] : found;
  } catch (fault) {
    const cause = causeOf(fault);
    return cause ? [cause] : [];
  }
}
