import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { ModelMessage } from '../../llm/completion.js';
import type { SentContext } from '../domain/own-context.js';
import { TurnContextEntity } from './turn-context.entity.js';

/** Each entry comes once, however many of the turns refer to it. */
type ContextRow =
  | {
      readonly what: 'turn';
      readonly id: string;
      readonly entries: string[];
      readonly includesQuestion: boolean;
    }
  | { readonly what: 'entry'; readonly id: string; readonly content: unknown }
  /** A turn of a release that stored the history in the turn's row. */
  | { readonly what: 'older'; readonly id: string; readonly content: readonly ModelMessage[] };

/** One snapshot: a turn that is deleted meanwhile is not read without its messages. */
const READ = `
  WITH context AS MATERIALIZED (
    SELECT turn_id, entries, includes_question FROM turn_context WHERE client_id = $1 AND turn_id = ANY ($2::uuid[])
  )
  SELECT 'turn' AS what, turn_id AS id, entries, includes_question AS "includesQuestion", NULL::json AS content FROM context
  UNION ALL
  SELECT 'entry', id, NULL, NULL, content FROM context_message
   WHERE client_id = $1 AND id IN (SELECT unnest(entries) FROM context)
  UNION ALL
  SELECT 'older', id, NULL, NULL, (own_context -> 'history')::json FROM turn
   WHERE client_id = $1 AND id = ANY ($2::uuid[]) AND own_context -> 'history' IS NOT NULL`;

/** What the requests of turns brought. A turn of another client has brought nothing. */
@Injectable()
export class TurnContextRepository {
  constructor(
    @InjectRepository(TurnContextEntity) private readonly contexts: Repository<TurnContextEntity>,
  ) {}

  /** What the request of a turn brought; undefined: nothing. Inline data is replaced by references. */
  async read(clientId: string, turnId: string): Promise<SentContext | undefined> {
    return (await this.readMany(clientId, [turnId])).get(turnId);
  }

  /** By the id of its turn, of those that brought something. */
  async readMany(clientId: string, turnIds: readonly string[]): Promise<ReadonlyMap<string, SentContext>> {
    const rows: ContextRow[] = await this.contexts.query(READ, [clientId, turnIds]);
    const contents = new Map(
      rows.flatMap((row) => (row.what === 'entry' ? [[row.id, row.content] as const] : [])),
    );
    const found = new Map<string, SentContext>();
    for (const row of rows) {
      if (row.what === 'turn')
        found.set(
          row.id,
          toContext(
            row.entries.map((id) => contents.get(id)),
            row.includesQuestion,
          ),
        );
      if (row.what === 'older')
        found.set(row.id, { messages: row.content, includesQuestion: false, tools: [] });
    }
    return found;
  }
}

function toContext(entries: readonly unknown[], includesQuestion: boolean): SentContext {
  const last = entries.at(-1);
  // A message is an object, a list of tools is not.
  const tools: readonly unknown[] = Array.isArray(last) ? last : [];
  const messages = (tools.length > 0 ? entries.slice(0, -1) : entries) as readonly ModelMessage[];
  return { messages, includesQuestion, tools };
}
