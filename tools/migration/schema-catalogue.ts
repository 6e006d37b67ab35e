import type { DataSource } from 'typeorm';

/** What TypeORM keeps for itself. */
const OF_TYPEORM = `('migration', 'typeorm_metadata')`;

const COLUMNS = `
  SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                CASE WHEN a.attnotnull THEN ' NOT NULL' END,
                ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) AS line
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
     AND c.relname NOT IN ${OF_TYPEORM} AND a.attnum > 0 AND NOT a.attisdropped`;

// From version 18 on, NOT NULL is a constraint too; the columns show it in every version.
const CONSTRAINTS = `
  SELECT format('constraint %s.%s %s', c.relname, o.conname, pg_get_constraintdef(o.oid)) AS line
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
   WHERE o.connamespace = 'public'::regnamespace AND c.relname NOT IN ${OF_TYPEORM} AND o.contype <> 'n'`;

const INDEXES = `
  SELECT format('index %s', indexdef) AS line
    FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT IN ${OF_TYPEORM}`;

const OTHERS = `
  SELECT format('%s %s', c.relkind, c.relname) AS line
    FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind NOT IN ('r', 'p', 'i', 'I', 't')
     AND c.relname NOT LIKE 'migration%'
  UNION ALL
  SELECT format('type %s', t.typname) FROM pg_type t
   WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
  UNION ALL
  SELECT format('function %s', p.proname) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
  UNION ALL
  SELECT format('trigger %s', pg_get_triggerdef(g.oid)) FROM pg_trigger g WHERE NOT g.tgisinternal`;

/** Every column, constraint, index and other object of a schema, a line each, in PostgreSQL's own words, sorted. */
export async function readCatalogue(dataSource: DataSource): Promise<string[]> {
  const rows: { line: string }[] = await dataSource.query(
    `${COLUMNS} UNION ALL ${CONSTRAINTS} UNION ALL ${INDEXES} UNION ALL ${OTHERS}`,
  );
  return rows.map(({ line }) => line).sort();
}

/** The lines that are in one of two catalogues only: `-` in the first, `+` in the second. */
export function compareCatalogues(first: readonly string[], second: readonly string[]): string[] {
  const onlyIn = (sign: string, these: readonly string[], those: readonly string[]) =>
    these.filter((line) => !those.includes(line)).map((line) => `${sign} ${line}`);
  return [...onlyIn('-', first, second), ...onlyIn('+', second, first)];
}
