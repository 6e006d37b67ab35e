import type { DataSource } from 'typeorm';
import { newId } from '../../../src/common/uuid.js';

/** What each of the turns is made of. */
export interface RatedTurns {
  readonly clientId: string;
  readonly words: string;
  /** Of each answer, in characters. */
  readonly characters: number;
  readonly count: number;
}

/** Stores turns of a client with feedback on them, of 1 to 5 stars in turn. */
export async function addRatedTurns(
  database: DataSource,
  { clientId, words, characters, count }: RatedTurns,
): Promise<void> {
  const conversation = newId();
  await database.query(
    `INSERT INTO conversation (id, client_id, external_id, name) VALUES ($1, $2, 'c', 'c')`,
    [conversation, clientId],
  );
  await database.query(
    `INSERT INTO turn (id, client_id, conversation_id, variant, question, answer, status, finish_reason, model, prompt_name,
                       request_hash, owner, lease_until, ended_at)
     SELECT gen_random_uuid(), $1::uuid, CASE WHEN number % 100 = 0 THEN $2::uuid END, 'conversation', $3 || ' ' || number,
            repeat('x', $4) || number, 'completed', 'stop', 'm', 'default', '', $1::uuid, now(), now()
       FROM generate_series(1, $5::int) AS number`,
    [clientId, conversation, words, characters, count],
  );
  await database.query(
    `INSERT INTO feedback (id, client_id, turn_id, uid, stars)
     SELECT gen_random_uuid(), client_id, id, 'u', 1 + row_number() OVER (ORDER BY id) % 5
       FROM turn WHERE client_id = $1`,
    [clientId],
  );
}
