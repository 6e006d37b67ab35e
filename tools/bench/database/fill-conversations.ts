import pg from 'pg';
import { SLOTS } from '../load-order.js';

/** The columns that every turn of the past has, but for its ids and texts. */
export const PAST_TURN = `'conversation', 'completed', 'stop', 'bench', 'default', decode(repeat('00', 32), 'hex'),
  '00000000-0000-0000-0000-000000000000', now(), now(), ARRAY[2, 1]`;
export const PAST_TURN_COLUMNS = `variant, status, finish_reason, model, prompt_name, request_hash,
  owner, ended_at, lease_until, outline`;

/** Gives the bench's client conversations `bench-0` and on, each of so many completed rounds. */
export async function fillConversations(
  databaseUrl: string,
  rounds: number,
  [question, answer]: readonly [string, string],
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO conversation (id, client_id, external_id, name)
       SELECT gen_random_uuid(), client.id, 'bench-' || slot, 'bench'
         FROM client, generate_series(0, $1::int - 1) AS slot WHERE client.name = 'bench'`,
      [SLOTS],
    );
    await client.query(
      `INSERT INTO turn (id, client_id, conversation_id, question, answer, ${PAST_TURN_COLUMNS})
       SELECT (lpad(to_hex(round), 12, '0') || substr(gen_random_uuid()::text, 14))::uuid, client_id, id, $2, $3, ${PAST_TURN}
         FROM conversation, generate_series(1, $1::int) AS round`,
      [rounds, question, answer],
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
