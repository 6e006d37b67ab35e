import { textOfContent } from '../../llm/prompt/content-text.js';
import type { ChatMessage, ModelMessage } from '../../llm/completion.js';
import { type Instructions, partsOf } from './instructions.js';
import { composeMessages } from './turn-prompt.js';

export interface KeptParts {
  readonly instructions: Instructions;
  /** As the caller sent them. */
  readonly sent: readonly ModelMessage[];
  /** The stored rounds of the conversation; empty: the caller sent what came before, or there is nothing. */
  readonly rounds: readonly ChatMessage[];
  readonly question: string;
  /** As of {@link PromptParts}. */
  readonly context: string;
}

/**
 * The messages for the model of a caller that keeps its dialogue: exactly those that it sent. Stored rounds come before the
 * first that is no system message. A template adds a system message, or takes the place of the question's text.
 */
export function composeKept({
  instructions,
  sent,
  rounds,
  question,
  context,
}: KeptParts): readonly ModelMessage[] {
  const begin = sent.findIndex(({ role }) => !isSystem(role));
  const at = begin < 0 ? sent.length : begin;
  const messages = rounds.length === 0 ? sent : [...sent.slice(0, at), ...rounds, ...sent.slice(at)];
  if (instructions.text === '') return messages;
  const { uses } = partsOf(instructions);
  const asked = messages.findLastIndex(({ role }) => role === 'user');
  const before = messages.slice(0, Math.max(0, asked));
  const history = uses.history > 0 ? before.map(toChatMessage) : [];
  const composed = composeMessages({ instructions, question, context, history, contextTokens: Infinity });
  const earlier = uses.history > 0 ? [] : before;
  const later = messages.slice(asked + 1);
  const asking = asked < 0 ? [] : [messages[asked]!];
  if (uses.question === 0) return [...composed.slice(0, -1), ...earlier, ...asking, ...later];
  const { content } = composed.at(-1)!;
  return [...earlier, ...asking.map((message) => withText(message, content)), ...later];
}

/** Whether a message is an instruction, by the role of older or of newer models. */
export function isSystem(role: string): boolean {
  return role === 'system' || role === 'developer';
}

/** Written into a template: the text alone. */
function toChatMessage({ role, content }: ModelMessage): ChatMessage {
  const speaker = isSystem(role) ? 'system' : role === 'user' ? 'user' : 'assistant';
  return { role: speaker, content: textOfContent(content) };
}

/** Images stay where they are. */
function withText(message: ModelMessage, text: string): ModelMessage {
  const { content } = message;
  if (!Array.isArray(content)) return { ...message, content: text };
  const others = content.filter((part) => textOfContent([part]) === '') as unknown[];
  return { ...message, content: [{ type: 'text', text }, ...others] };
}
