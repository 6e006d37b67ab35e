import { textOfContent } from '../../llm/prompt/content-text.js';
import { type ChatMessage, isSystem, type ModelMessage } from '../../llm/completion.js';
import { aroundQuestion } from '../domain/own-context.js';
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
  const { system, earlier, asking } = aroundQuestion(sent);
  const before = [...system, ...rounds, ...earlier];
  if (instructions.text === '') return [...before, ...asking];
  const { uses } = partsOf(instructions);
  const isWritten = uses.history > 0;
  const history = isWritten ? before.map(toChatMessage) : [];
  const composed = composeMessages({ instructions, question, context, history, contextTokens: Infinity });
  const kept = isWritten ? [] : before;
  if (uses.question === 0) return [...composed.slice(0, -1), ...kept, ...asking];
  // A template is refused without a message of the user.
  const [asked, ...later] = asking;
  return [...kept, withText(asked!, composed.at(-1)!.content), ...later];
}

/** Written into a template: the text alone. */
function toChatMessage(message: ModelMessage): ChatMessage {
  const { role, content } = message;
  const speaker = isSystem(message) ? 'system' : role === 'user' ? 'user' : 'assistant';
  return { role: speaker, content: textOfContent(content) };
}

/** Images stay where they are. */
function withText(message: ModelMessage, text: string): ModelMessage {
  const { content } = message;
  if (!Array.isArray(content)) return { ...message, content: text };
  const others = content.filter((part) => textOfContent([part]) === '') as unknown[];
  return { ...message, content: [{ type: 'text', text }, ...others] };
}
