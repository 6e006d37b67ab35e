import pg from 'pg';
import { putUnderLoad, type MeasuredStage } from '../measure.js';
import type { Scenario } from '../scenarios.js';
import { markdownTable, number } from '../report/table.js';
import { serviceTargets } from '../service-target.js';

/** What the server has to be started with for statements to be counted. */
export const COUNTING = 'shared_preload_libraries=pg_stat_statements';

/** Long enough for the event log to be written while answers come. */
const COUNTED: Scenario = {
  name: 'statements',
  title: '32 streams, 128 tokens at 10 ms',
  tokens: 128,
  tokenMs: 10,
  streams: 32,
  answers: 320,
  perSecond: 0,
  asks: 'streaming',
};

export interface StatementCount {
  readonly target: string;
  /** Per turn. */
  readonly statements: number;
  /** What PostgreSQL needs to run them, its waits for the disk left out, in ms a turn. */
  readonly ms: number;
  readonly most: readonly { readonly query: string; readonly calls: number; readonly ms: number }[];
}

/** Statements that each variant sends to PostgreSQL for a turn, those of its upkeep among them. */
export async function countStatements(stage: MeasuredStage): Promise<StatementCount[]> {
  const counts: StatementCount[] = [];
  for (const target of serviceTargets.filter(({ name }) => name.endsWith('PostgreSQL'))) {
    const started = await target.start(stage);
    const client = new pg.Client({ connectionString: started.databaseUrl });
    await client.connect();
    try {
      await client.query('CREATE EXTENSION pg_stat_statements');
      await putUnderLoad(stage, { target, started }, { ...COUNTED, answers: COUNTED.streams });
      await client.query('SELECT pg_stat_statements_reset()');
      await putUnderLoad(stage, { target, started }, COUNTED);
      const most = await mostCalled(client);
      const sum = (read: (one: (typeof most)[number]) => number) =>
        most.reduce((all, one) => all + read(one), 0);
      counts.push({
        target: target.name,
        statements: sum(({ calls }) => calls),
        ms: sum(({ ms }) => ms),
        most,
      });
    } finally {
      await client.end();
      started.child?.kill('SIGKILL');
    }
  }
  return counts;
}

async function mostCalled(client: pg.Client): Promise<{ query: string; calls: number; ms: number }[]> {
  const { rows } = await client.query<{ query: string; calls: number; ms: number }>(
    `SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 70) AS query,
            calls::float8 / $1::int AS calls, total_exec_time / $1::int AS ms
       FROM pg_stat_statements
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND query NOT LIKE '%pg_stat_statements%'
      ORDER BY calls DESC`,
    [COUNTED.answers],
  );
  return rows;
}

export function statementTable(counts: readonly StatementCount[]): string {
  const rows = counts.flatMap(({ target, statements, ms, most }) => [
    [`**${target}**`, `**${number(statements)}**`, `**${number(ms)}**`],
    ...most
      .filter(({ calls }) => calls >= 0.02)
      .map(({ query, calls, ms: each }) => [
        `\`${query.replaceAll('|', '¦')}\``,
        number(calls),
        number(each),
      ]),
  ]);
  return markdownTable(['', 'statements a turn', 'ms a turn'], rows);
}
