import { isSystem, type ModelMessage } from '../../llm/completion.js';
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
  /** Whether the model might call several tools at once; absent: the request did not say. */
  readonly parallelToolCalls?: boolean;
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
export function ownContextOf({ prompt, history, conversation, parameters }: TurnRequest): OwnContext | null {
  const parallel = parameters?.['parallel_tool_calls'];
  const own: OwnContext = {
    ...(prompt.kind !== 'template' && prompt.text !== '' && { instructions: prompt }),
    ...(history.from === 'conversation' &&
      conversation?.externalId !== undefined &&
      history.rounds !== USUAL_ROUNDS && { rounds: history.rounds }),
    ...(typeof parallel === 'boolean' && { parallelToolCalls: parallel }),
  };
  return Object.keys(own).length > 0 ? own : null;
}

/** Null: it brought neither messages nor tools. */
export function sentContextOf({ sent, history, parameters }: TurnRequest): SentContext | null {
  const messages = sent ?? (history.from === 'request' ? history.messages : []);
  const offered = parameters?.['tools'];
  const tools: readonly unknown[] = Array.isArray(offered) ? offered : [];
  if (messages.length === 0 && tools.length === 0) return null;
  return { messages, includesQuestion: sent !== undefined, tools };
}

/** Whether messages have a dialogue in them: else they are the begin of one, or go on with a stored conversation. */
export function bringDialogue(sent: readonly ModelMessage[]): boolean {
  const questions = sent.filter(({ role }) => role === 'user').length;
  return questions > 1 || sent.some(({ role }) => role === 'assistant' || role === 'tool');
}

/** The messages of a caller that keeps its dialogue, by their place before and behind its question. */
export interface AroundQuestion {
  /** The system messages at the start. */
  readonly system: readonly ModelMessage[];
  /** What was said before the question. */
  readonly earlier: readonly ModelMessage[];
  /** From the last message of the user on: the question, and behind it a tool round or the begin of an answer. */
  readonly asking: readonly ModelMessage[];
}

/** Where there is no message of the user, all but the system messages are `asking`. */
export function aroundQuestion(sent: readonly ModelMessage[]): AroundQuestion {
  const begin = sent.findIndex((message) => !isSystem(message));
  const start = begin < 0 ? sent.length : begin;
  const asked = sent.findLastIndex(({ role }) => role === 'user');
  const end = Math.max(start, asked);
  return { system: sent.slice(0, start), earlier: sent.slice(start, end), asking: sent.slice(end) };
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
