import type { ChatMessage, Role } from '../../../llm/completion.js';
import { answeredRounds } from '../../domain/answered-rounds.js';
import { type HistorySource, type TurnRequest, USUAL_ROUNDS } from '../../domain/turn-request.js';
import { nameAfter, orNothing } from '../given-text.js';
import type { ChatRequestDto, HistoryMessageDto } from './request.dto.js';
import { CONVERSATION_TRAITS } from './traits.js';

/** More rounds than any context holds. */
const MAX_ROUNDS = 1_000;

const HISTORY_ROLES: Readonly<Record<HistoryMessageDto['role'], Role>> = {
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  system: 'system',
};

/** Translates a body of the Conversation API into a request of the core. `null` and what real clients send for it count as not given. */
export function decodeConversationRequest(body: ChatRequestDto): TurnRequest {
  return {
    wire: CONVERSATION_TRAITS,
    question: body.query,
    endUser: orNothing(body.user_id),
    conversation: {
      externalId: orNothing(body.conversation_id),
      name: orNothing(body.conversation_name) ?? nameAfter(body.query),
    },
    history: decodeHistory(body),
    prompt: { kind: 'template', name: orNothing(body.prompt_name) ?? 'default' },
    retrieval: 'when-used',
    model: orNothing(body.model_name),
    temperature: body.temperature ?? undefined,
    maxTokens: body.max_tokens && body.max_tokens > 0 ? body.max_tokens : undefined,
  };
}

function decodeHistory({ history, history_len }: ChatRequestDto): HistorySource {
  if (Array.isArray(history) && history.length > 0)
    return { from: 'request', messages: answeredRounds(history.map(decodeMessage)) };
  const given = typeof history === 'number' && history !== 0 ? history : (history_len ?? USUAL_ROUNDS);
  return { from: 'conversation', rounds: Math.min(Math.max(given, 0), MAX_ROUNDS) };
}

function decodeMessage({ role, content }: HistoryMessageDto): ChatMessage {
  return { role: HISTORY_ROLES[role], content };
}
