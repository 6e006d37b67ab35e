import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ConversationEntity } from '../../../src/chat/conversation/conversation.entity.js';
import { ConversationRepository } from '../../../src/chat/conversation/conversation.repository.js';
import { TurnEntity } from '../../../src/chat/turn/turn.entity.js';
import { TurnHistory } from '../../../src/chat/prompting/turn-history.js';
import type { JoinedConversation, NewTurn } from '../../../src/chat/turn/new-turn.js';
import { type InsertedTurn, TurnRepository } from '../../../src/chat/turn/turn.repository.js';
import { externalIdOf, type Past } from './past-turns.js';

/** A database with a past, and what was measured on it so far: times in ms by the name of what was done. */
export interface MeasuredDatabase {
  readonly turns: number;
  readonly dataSource: DataSource;
  readonly past: Past;
  readonly times: Map<string, number[]>;
}

/** Opening a turn in a conversation of that many turns, or reading so much of its history. */
const OPENED_WITH = 100;
/** What a model takes by default: no more of a history is read than fits it. */
const CONTEXT_TOKENS = 8_192;
const OPENINGS = 40;
const READINGS = 20;

/** Does everything some times, each time with another conversation chosen at random. */
export async function measureOnce({ dataSource, past, times }: MeasuredDatabase): Promise<void> {
  const turns = new TurnRepository(dataSource.getRepository(TurnEntity));
  const history = new TurnHistory(turns);
  const conversations = new ConversationRepository(dataSource.getRepository(ConversationEntity));
  const timed = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const begunAt = performance.now();
    const result = await work();
    times.set(name, [...(times.get(name) ?? []), performance.now() - begunAt]);
    return result;
  };
  for (let count = 0; count < OPENINGS; count++) {
    const alone = newTurn(past.clientId);
    const opened = await timed('opening a turn (B)', () => turns.insert(alone));
    await timed('closing a turn', () => turns.close(ended(past.clientId, opened)));
    const joining = newTurn(past.clientId);
    const conversation = anyConversation(past, OPENED_WITH);
    const inserted = await timed('opening a turn in a conversation (A)', () =>
      turns.insert(joining, conversation),
    );
    await turns.close(ended(past.clientId, inserted));
  }
  for (let count = 0; count < READINGS; count++)
    await timed('listing 20 conversations', () =>
      conversations.list(past.clientId, undefined, { afterId: null, limit: 20 }),
    );
  for (const { turns: length } of past.classes) {
    for (let count = 0; count < READINGS; count++) {
      const { externalId } = anyConversation(past, length);
      const id = await conversationId(dataSource, past.clientId, externalId);
      const rounds = await timed(`reading ${length} rounds of history`, () =>
        history.read(past.clientId, id, { rounds: length, tokens: CONTEXT_TOKENS }),
      );
      if (rounds.length < 2 * Math.min(length, 100))
        throw new Error(`${rounds.length} messages of ${length} rounds`);
    }
  }
}

function anyConversation({ classes }: Past, turns: number): JoinedConversation {
  const { conversations } = classes.find((one) => one.turns === turns)!;
  return { externalId: externalIdOf(turns, randomInt(conversations)), name: 'bench' };
}

async function conversationId(dataSource: DataSource, clientId: string, externalId: string): Promise<string> {
  const rows: { id: string }[] = await dataSource.query(
    'SELECT id FROM conversation WHERE client_id = $1 AND external_id = $2',
    [clientId, externalId],
  );
  return rows[0]!.id;
}

function newTurn(clientId: string): NewTurn {
  return {
    clientId,
    variant: 'conversation',
    endUser: null,
    question: 'How long does this take?',
    model: 'bench',
    promptName: 'default',
    promptVersion: null,
    ownContext: null,
    sentContext: null,
    wireRequest: null,
    leaseMs: 30_000,
    requestHash: randomBytes(32),
    idempotencyKey: null,
    owner: randomUUID(),
  };
}

function ended(clientId: string, opened: InsertedTurn): Parameters<TurnRepository['close']>[0] {
  if (opened.kind !== 'stored') throw new Error(`The turn is not stored: ${opened.kind}`);
  const usage = { inputTokens: 10, outputTokens: 20 };
  return {
    id: opened.id,
    clientId,
    outcome: { status: 'completed', finishReason: 'stop', usage },
    usage,
    isDelivered: true,
    answer: 'As long as it takes.',
    reasoning: '',
    toolCalls: [],
    sources: [],
    layout: [0, 20, -4],
    attempts: [],
  };
}
