import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { PAST_TURN, PAST_TURN_COLUMNS } from './fill-conversations.js';

/** Conversations of one length. */
export interface ConversationClass {
  readonly turns: number;
  readonly conversations: number;
}

/** Of 10,000 turns: so many conversations of each length. 10 million turns are 199,000 conversations. */
const SHARES: readonly ConversationClass[] = [
  { turns: 10, conversations: 150 },
  { turns: 100, conversations: 45 },
  { turns: 1_000, conversations: 4 },
];
export const SMALLEST = 10_000;

/** So many are held at a time: the turns of one lie apart on the disk, as they do in life. */
const HELD_AT_ONCE = 50;
const ROWS_A_STATEMENT = 1_000_000;

/** The past of a client: what its conversations are, for the measurements to choose from. */
export interface Past {
  readonly clientId: string;
  readonly classes: readonly ConversationClass[];
}

/** The caller's id of a conversation. */
export const externalIdOf = (turns: number, number: number) => `${turns}-${number}`;

/** Fills an empty, migrated database with `turns` completed turns, a multiple of {@link SMALLEST}; in SQL. */
export async function makePast(client: pg.Client, turns: number): Promise<Past> {
  const clientId = randomUUID();
  const classes = SHARES.map((share) => ({
    ...share,
    conversations: (share.conversations * turns) / SMALLEST,
  }));
  await client.query(`INSERT INTO client (id, name) VALUES ($1, 'past')`, [clientId]);
  // Foreign keys are right by construction; looking them up would take most of the time.
  await client.query(`SET session_replication_role = replica`);
  let begin = 1;
  for (const conversationClass of classes)
    begin += await makeClass(client, { clientId, conversationClass, begin });
  await client.query(`SET session_replication_role = origin`);
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  return { clientId, classes };
}

interface ClassToMake {
  readonly clientId: string;
  readonly conversationClass: ConversationClass;
  /** The number of its first turn: ids grow with it, as they do with time. */
  readonly begin: number;
}

/** @returns how many turns it made */
async function makeClass(
  client: pg.Client,
  { clientId, conversationClass, begin }: ClassToMake,
): Promise<number> {
  const { turns, conversations } = conversationClass;
  await client.query(
    `INSERT INTO conversation (id, client_id, external_id, name)
     SELECT md5($2 || '-' || number)::uuid, $1, $2 || '-' || number, 'bench' FROM generate_series(0, $3::int - 1) AS number`,
    [clientId, String(turns), conversations],
  );
  const held = conversations % HELD_AT_ONCE === 0 ? HELD_AT_ONCE : conversations;
  const total = turns * conversations;
  for (let from = 0; from < total; from += ROWS_A_STATEMENT) {
    await client.query(
      `INSERT INTO turn (id, client_id, conversation_id, question, answer, ${PAST_TURN_COLUMNS})
       SELECT (lpad(to_hex($6::bigint + number), 12, '0') || substr(gen_random_uuid()::text, 14))::uuid, $1,
              md5($2 || '-' || number / ($2::int * $3::int) * $3::int + number % $3::int)::uuid,
              'Question ' || number || ': how long does this take?',
              repeat('As long as it takes. ', 2 + number % 5), ${PAST_TURN}
         FROM generate_series($4::int, $5::int) AS number`,
      [clientId, String(turns), held, from, Math.min(from + ROWS_A_STATEMENT, total) - 1, begin],
    );
  }
  return total;
}
