import pg from 'pg';

const shownStatements = 30;
const shownCharacters = 160;

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Has PostgreSQL count its statements, those inside functions too, from its next start on. */
export const countStatements = (url: string): Promise<void> =>
  connected(url, async (client) => {
    await client.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
    await client.query("ALTER SYSTEM SET pg_stat_statements.track = 'all'");
    await client.query('CREATE EXTENSION pg_stat_statements');
  });

/** Which took longest, all databases together, as a table in text. */
export const statements = (url: string): Promise<string> =>
  connected(url, async (client) => {
    const { rows } = await client.query<Record<string, string>>(
      `SELECT datname, calls, round(total_exec_time) AS ms, round((mean_exec_time * 1000)::numeric) AS us, rows,
        toplevel, left(regexp_replace(query, '\\s+', ' ', 'g'), $1) AS query
      FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
      ORDER BY total_exec_time DESC LIMIT $2`,
      [shownCharacters, shownStatements],
    );
    return rows.map((row) => `${Object.values(row).join('\t')}\n`).join('');
  });
