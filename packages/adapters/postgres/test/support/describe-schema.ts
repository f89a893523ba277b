import type pg from 'pg';

/** What the catalogue knows of a schema, a line for each thing, in an order of names. The schema's own name is left out. */
export async function describeSchema(client: pg.Client, schema: string): Promise<string> {
  const lines: string[] = [];
  for (const [kind, text] of QUERIES) {
    const { rows } = await client.query<{ line: string }>(text, [schema]);
    lines.push(`-- ${kind}`, ...rows.map(({ line }) => line.replaceAll(`${schema}.`, '')), '');
  }
  return lines.join('\n');
}

/** Knex's own tables are Knex's affair. */
const OURS = `n.nspname = $1 AND c.relname NOT LIKE 'migrations%'`;

const QUERIES: readonly (readonly [kind: string, text: string])[] = [
  [
    'tables',
    `SELECT c.relname || coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '') AS line
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE ${OURS} AND c.relkind = 'r' ORDER BY c.relname`,
  ],
  [
    'columns',
    `SELECT concat_ws(' ',
      c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || l.collname END,
      CASE WHEN a.attnotnull THEN 'not null' END,
      CASE a.attidentity WHEN 'a' THEN 'generated always as identity' END,
      CASE WHEN a.attgenerated = 's' THEN 'generated as ' || pg_get_expr(d.adbin, d.adrelid)
        ELSE 'default ' || pg_get_expr(d.adbin, d.adrelid) END,
      CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END
    ) AS line
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE ${OURS} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`,
  ],
  [
    'constraints',
    // From version 18 on, NOT NULL is a constraint with a name too; the columns tell it in every version.
    `SELECT c.relname || ': ' || k.conname || ' ' || pg_get_constraintdef(k.oid) AS line
    FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE ${OURS} AND k.contype <> 'n' ORDER BY c.relname, k.conname`,
  ],
  [
    'indexes',
    `SELECT pg_get_indexdef(i.indexrelid) AS line
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_class AS x ON x.oid = i.indexrelid
    WHERE ${OURS} ORDER BY x.relname`,
  ],
  [
    'functions',
    // The text itself is in a file of its own; its digest tells when it is no longer the same.
    `SELECT concat_ws(' ',
      p.proname || '(' || pg_get_function_arguments(p.oid) || ')', 'returns', pg_get_function_result(p.oid), 'language',
      l.lanname, 'volatility', p.provolatile::text, 'md5', md5(p.prosrc)
    ) AS line
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace JOIN pg_language AS l ON l.oid = p.prolang
    WHERE n.nspname = $1 ORDER BY p.proname`,
  ],
];
