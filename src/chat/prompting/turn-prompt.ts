import { estimateTokens, TOKENS_PER_MESSAGE } from '../../common/text/token-estimate.js';
import type { ChatMessage } from '../../llm/completion.js';
import { renderInline, renderTemplate } from '../../prompt/template/template.js';
import { answeredRounds } from '../domain/answered-rounds.js';
import { toAlternatingMessages } from './alternating-messages.js';
import { type Instructions, MOST_ADDED_TOKENS, partsOf, tokensOfRendered } from './instructions.js';

/** Tokens kept free for the answer when the request names no limit; a quarter of a small context. */
const ANSWER_TOKENS = 1_024;

/** In tokens. */
export interface PromptLimits {
  readonly contextTokens: number;
  /** Of the answer; absent: the caller names none. */
  readonly maxTokens?: number;
}

export interface PromptParts extends PromptLimits {
  readonly instructions: Instructions;
  readonly question: string;
  /** The value of {{context}}, as `writePassages` writes it; empty: no passages. */
  readonly context: string;
  /** Oldest first. */
  readonly history: readonly ChatMessage[];
}

/**
 * The messages for the model: instructions, history, question. Instructions that hold the question are
 * the last message themselves. History that does not fit the context is dropped, oldest rounds first.
 */
export function composeMessages(parts: PromptParts): ChatMessage[] {
  const { uses } = partsOf(parts.instructions);
  const written = uses.history > 0;
  const room = roomForHistory(parts);
  const history = newestThatFit(parts.history, room);
  const instructions = render(parts, written ? writeHistory(history) : '');
  const messages = written ? [] : history;
  if (uses.question > 0) return [...messages, { role: 'user', content: instructions }];
  const system: ChatMessage[] = instructions.trim() === '' ? [] : [{ role: 'system', content: instructions }];
  return [...system, ...messages, { role: 'user', content: parts.question }];
}

/** The messages of {@link composeMessages} as a model is sent them for a wire that does not keep its callers' messages. */
export function composeSentMessages(parts: PromptParts): ChatMessage[] {
  const composed = composeMessages({ ...parts, history: answeredRounds(parts.history) });
  return toAlternatingMessages(composed).messages;
}

function render({ instructions, question, context }: PromptParts, history: string): string {
  if (instructions.kind === 'verbatim') return instructions.text;
  if (instructions.kind === 'template')
    return renderTemplate(instructions.text, { question, context, history });
  const text = renderInline(instructions.text, { question, context });
  const appended = partsOf(instructions).uses.context === 0 && context !== '';
  return appended ? `${text}\n\n${context}` : text;
}

function roomForHistory(parts: PromptParts): number {
  const answer = tokensForAnswer(parts);
  const { text, uses } = partsOf(parts.instructions);
  const question = estimateTokens(parts.question);
  const context = estimateTokens(parts.context);
  const rendered = tokensOfRendered({ text, uses }, { question, context, history: 0 });
  const appended = parts.instructions.kind === 'inline' && uses.context === 0 ? context : 0;
  const room = parts.contextTokens - answer - rendered - appended - question - 2 * TOKENS_PER_MESSAGE;
  // Written several times, it would multiply.
  return uses.history > 1 ? Math.min(room, MOST_ADDED_TOKENS) / uses.history : room;
}

/** What of a context is kept free for the answer. */
export function tokensForAnswer({ contextTokens, maxTokens }: PromptLimits): number {
  return maxTokens ?? Math.min(ANSWER_TOKENS, Math.floor(contextTokens / 4));
}

/** Cuts only before a question: an answer without its question would confuse the model. */
export function newestThatFit(history: readonly ChatMessage[], room: number): readonly ChatMessage[] {
  let start = history.length;
  let used = 0;
  for (let index = history.length - 1; index >= 0; index--) {
    const message = history[index]!;
    used += estimateTokens(message.content) + TOKENS_PER_MESSAGE;
    if (used > room) break;
    if (message.role !== 'assistant' || index === 0) start = index;
  }
  return history.slice(start);
}

const SPEAKERS = { user: 'User', assistant: 'Assistant', system: 'System' } as const;

function writeHistory(history: readonly ChatMessage[]): string {
  return history.map(({ role, content }) => `${SPEAKERS[role]}: ${content}`).join('\n');
}
