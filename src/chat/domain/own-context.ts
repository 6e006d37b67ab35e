import type { ChatMessage, ModelMessage } from '../../llm/completion.js';
import { textOfContent } from '../../llm/prompt/content-text.js';
import { type PromptChoice, type TurnRequest, USUAL_ROUNDS } from './turn-request.js';

/**
 * What a request brought itself, beside its question and its messages ({@link SentContext}). It is stored with the turn: else no export could
 * tell afterwards what an answer was an answer to, and models would be trained on half of a dialogue.
 */
export interface OwnContext {
  /** Absent: those of a template. */
  readonly instructions?: Exclude<PromptChoice, { kind: 'template' }>;
  /** Most rounds of its conversation that it wanted; absent: {@link USUAL_ROUNDS}. */
  readonly rounds?: number;
}

/** The messages and tools that a request brought. Stored once for all turns of a client that bring the same. */
export interface SentContext {
  /** Oldest first. */
  readonly messages: readonly ModelMessage[];
  /** Whether the messages are all that the caller sent, with the question; else they are those before the question. */
  readonly includesQuestion: boolean;
  /** The tools that it offered, in the format of OpenAI's chat completions. */
  readonly tools: readonly unknown[];
}

/** Null: nothing but what is usual. */
export function ownContextOf(request: TurnRequest): OwnContext | null {
  const { prompt, history, conversation } = asComposed(request);
  const own: OwnContext = {
    ...(prompt.kind !== 'template' && prompt.text !== '' && { instructions: prompt }),
    ...(history.from === 'conversation' &&
      conversation?.externalId !== undefined &&
      history.rounds !== USUAL_ROUNDS && { rounds: history.rounds }),
  };
  return Object.keys(own).length > 0 ? own : null;
}

/** Null: it brought neither. */
export function sentContextOf(request: TurnRequest): SentContext | null {
  const { history, parameters } = asComposed(request);
  const messages = history.from === 'request' ? history.messages : [];
  const offered = parameters?.['tools'];
  const tools: readonly unknown[] = Array.isArray(offered) ? offered : [];
  if (messages.length === 0 && tools.length === 0) return null;
  return { messages, includesQuestion: false, tools };
}

/** Of messages that a caller sent, what this release stores: their texts, up to the question. */
function asComposed({ sent, ...request }: TurnRequest): TurnRequest {
  if (!sent) return request;
  const isSystem = ({ role }: ModelMessage) => role === 'system' || role === 'developer';
  const begin = sent.findIndex((message) => !isSystem(message));
  const asked = sent.findLastIndex(({ role }) => role === 'user');
  const system = begin < 0 ? sent : sent.slice(0, begin);
  const messages = sent.slice(Math.max(begin, 0), Math.max(asked, 0)).map((message): ChatMessage => ({
    role: isSystem(message) ? 'system' : message.role === 'user' ? 'user' : 'assistant',
    content: textOfContent(message.content),
  }));
  const text = system.map(({ content }) => textOfContent(content)).join('\n\n');
  const { prompt, history } = request;
  return {
    ...request,
    prompt: prompt.kind === 'template' ? prompt : { kind: 'verbatim', text },
    history: messages.length === 0 ? history : { from: 'request', messages },
  };
}

/** The messages from the question of the last `rounds` on; system messages are of the round before them. */
export function latestRounds<Message extends ModelMessage>(
  messages: readonly Message[],
  rounds: number,
): readonly Message[] {
  if (rounds <= 0) return [];
  const questions = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  return questions.length <= rounds ? messages : messages.slice(questions.at(-rounds));
}
