import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { TurnContextEntity } from '../../../src/chat/context/turn-context.entity.js';
import { TurnContextRepository } from '../../../src/chat/context/turn-context.repository.js';
import { ConversationEntity } from '../../../src/chat/conversation/conversation.entity.js';
import { ConversationRepository } from '../../../src/chat/conversation/conversation.repository.js';
import type { SentContext } from '../../../src/chat/domain/own-context.js';
import type { NewTurn } from '../../../src/chat/turn/new-turn.js';
import { TurnEntity } from '../../../src/chat/turn/turn.entity.js';
import { TurnRepository } from '../../../src/chat/turn/turn.repository.js';
import { newId } from '../../../src/common/uuid.js';
import type { ModelMessage } from '../../../src/llm/completion.js';

/** What is stored of the contexts of a database, and what is wrong with it. */
export interface ContextState {
  readonly messages: number;
  readonly contexts: number;
  /** References to a message that is not there, or is another client's. */
  readonly dangling: number;
  /** Messages that no turn refers to. */
  readonly orphans: number;
}

const STATE = `
  WITH refers AS (SELECT client_id, unnest(entries) AS id FROM turn_context)
  SELECT (SELECT count(*)::int FROM context_message) AS messages,
         (SELECT count(*)::int FROM turn_context) AS contexts,
         (SELECT count(*)::int FROM refers WHERE NOT EXISTS (
            SELECT FROM context_message m WHERE m.client_id = refers.client_id AND m.id = refers.id)) AS dangling,
         (SELECT count(*)::int FROM context_message m WHERE NOT EXISTS (
            SELECT FROM refers WHERE refers.client_id = m.client_id AND refers.id = m.id)) AS orphans`;

/** Turns with messages of their own, in a database without a service. */
export class ContextTurns {
  readonly contexts: TurnContextRepository;
  private readonly turns: TurnRepository;
  private readonly conversations: ConversationRepository;

  constructor(private readonly dataSource: DataSource) {
    this.contexts = new TurnContextRepository(dataSource.getRepository(TurnContextEntity));
    this.turns = new TurnRepository(dataSource.getRepository(TurnEntity));
    this.conversations = new ConversationRepository(dataSource.getRepository(ConversationEntity));
  }

  async addClient(): Promise<string> {
    const id = newId();
    await this.dataSource.query('INSERT INTO client (id, name) VALUES ($1, $2)', [id, id]);
    return id;
  }

  /**
   * Stores a turn, ended at once, whose request brought the messages.
   * @returns its id
   */
  async add(clientId: string, messages: readonly ModelMessage[], more: MoreOfTurn = {}): Promise<string> {
    const { conversation, ...rest } = more;
    const turn = newTurn(clientId, { messages, includesQuestion: true, tools: [], ...rest });
    const id = await this.open(turn, conversation);
    await this.end(clientId, id);
    return id;
  }

  /** Stores a turn that runs, in a conversation where its caller's id is given. */
  async open(turn: NewTurn, conversation?: string): Promise<string> {
    const joined = conversation === undefined ? undefined : { externalId: conversation, name: 'c' };
    const inserted = await this.turns.insert(turn, joined);
    if (inserted.kind !== 'stored') throw new Error(inserted.kind);
    return inserted.id;
  }

  deleteConversation(clientId: string, externalId: string): Promise<boolean> {
    return this.conversations.deleteIdle({ clientId, externalId });
  }

  async state(): Promise<ContextState> {
    const rows: ContextState[] = await this.dataSource.query(STATE);
    return rows[0]!;
  }

  end(clientId: string, id: string): Promise<boolean> {
    const usage = { inputTokens: 1, outputTokens: 1 };
    return this.turns.close({
      id,
      clientId,
      outcome: { status: 'completed', finishReason: 'stop', usage },
      usage,
      answer: 'answer',
      reasoning: '',
      toolCalls: [],
      sources: [],
      layout: [0, 6],
      attempts: [],
      isDelivered: true,
    });
  }
}

/** What a turn has beside its messages. */
export interface MoreOfTurn extends Partial<SentContext> {
  /** The caller's id of its conversation; absent: none. */
  readonly conversation?: string;
}

/** A turn that is to be stored. */
export function newTurn(clientId: string, sentContext: SentContext | null): NewTurn {
  return {
    clientId,
    variant: 'openai',
    endUser: null,
    question: 'question',
    model: 'm',
    promptName: null,
    promptVersion: null,
    ownContext: null,
    wireRequest: null,
    sentContext,
    leaseMs: 30_000,
    requestHash: randomBytes(32),
    idempotencyKey: null,
    owner: newId(),
  };
}
