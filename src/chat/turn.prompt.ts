import { estimateTokens } from '../common/text/token-estimate.js';
import type { ChatMessage } from '../llm/completion.js';
import { inlineVariablesOf, renderInline, renderTemplate, variablesOf } from '../prompt/template.js';
import type { Source } from './domain/turn-event.js';

/** Tokens kept free for the answer when the request names no limit; a quarter of a small context. */
const ANSWER_TOKENS = 1_024;

/** What a chat format adds to each message, about. */
const TOKENS_PER_MESSAGE = 4;

/**
 * Instructions: a template with `{{variables}}`, or a request's own: with `{context}` and `{question}`, or `verbatim`,
 * in which nothing is filled in.
 */
export interface Instructions {
  readonly kind: 'template' | 'inline' | 'verbatim';
  readonly text: string;
}

export interface PromptParts {
  readonly instructions: Instructions;
  readonly question: string;
  /** What {{context}} stands for, as `writePassages` writes it; empty: no passages. */
  readonly context: string;
  /** Oldest first. */
  readonly history: readonly ChatMessage[];
  readonly contextTokens: number;
  readonly maxTokens?: number;
}

/** Whether instructions read passages. */
export function readsContext({ kind, text }: Instructions): boolean {
  return kind === 'inline' || (kind === 'template' && variablesOf(text).has('context'));
}

/** The passages of a prompt, numbered as an answer cites them. */
export function writePassages(sources: readonly Source[]): string {
  return sources
    .map(({ text, metadata }, index) => `[${index + 1}] (${metadata.source})\n${text}`)
    .join('\n\n');
}

/**
 * The messages for the model: instructions, history, question. Instructions that hold the question are
 * the last message themselves. History that does not fit the context is dropped, oldest rounds first.
 */
export function composeMessages(parts: PromptParts): ChatMessage[] {
  const written =
    parts.instructions.kind === 'template' && variablesOf(parts.instructions.text).has('history');
  const room = roomForHistory(parts);
  const history = newestThatFit(parts.history, room);
  const instructions = render(parts, written ? writeHistory(history) : '');
  const messages = written ? [] : history;
  if (holdsQuestion(parts.instructions)) return [...messages, { role: 'user', content: instructions }];
  const system: ChatMessage[] = instructions.trim() === '' ? [] : [{ role: 'system', content: instructions }];
  return [...system, ...messages, { role: 'user', content: parts.question }];
}

function holdsQuestion({ kind, text }: Instructions): boolean {
  if (kind === 'verbatim') return false;
  return (kind === 'template' ? variablesOf(text) : inlineVariablesOf(text)).has('question');
}

function render({ instructions, question, context }: PromptParts, history: string): string {
  if (instructions.kind === 'verbatim') return instructions.text;
  if (instructions.kind === 'template')
    return renderTemplate(instructions.text, { question, context, history });
  const text = renderInline(instructions.text, { question, context });
  const appended = !inlineVariablesOf(instructions.text).has('context') && context !== '';
  return appended ? `${text}\n\n${context}` : text;
}

function roomForHistory(parts: PromptParts): number {
  const answer = parts.maxTokens ?? Math.min(ANSWER_TOKENS, Math.floor(parts.contextTokens / 4));
  const fixed = estimateTokens(render(parts, '')) + estimateTokens(parts.question) + 2 * TOKENS_PER_MESSAGE;
  return parts.contextTokens - answer - fixed;
}

/** Cuts only before a question: an answer without its question would confuse the model. */
function newestThatFit(history: readonly ChatMessage[], room: number): readonly ChatMessage[] {
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
