import { textOfContent } from '../../llm/prompt/content-text.js';
import { type ChatMessage, isSystem, type ModelMessage } from '../../llm/completion.js';
import { aroundQuestion } from '../domain/own-context.js';
import { type TurnRequest, USUAL_ROUNDS } from '../domain/turn-request.js';

/**
 * A request as release 1.0.0 understood it, where that differs: of the messages of a caller that keeps its dialogue, the first
 * system messages were the instructions, the last message was the question, and the others were the history, all as texts.
 * The turns of that release have the hashes of this form, and a key is good for 24 hours: without it, a caller that repeats
 * its request after an upgrade would be refused for an answer that exists.
 * @returns null: that release understood it as it is understood now, or refused it
 */
export function formerRequest(request: TurnRequest): TurnRequest | null {
  const { sent, toolsPointer: _, wireRequest: _request, ...rest } = request;
  if (sent?.at(-1)?.role !== 'user') return null;
  const { system, earlier, asking } = aroundQuestion(sent);
  return {
    ...rest,
    question: textOfContent(asking[0]?.content),
    history:
      earlier.length === 0
        ? { from: 'conversation', rounds: USUAL_ROUNDS }
        : { from: 'request', messages: earlier.map(toText) },
    prompt: rest.prompt.kind === 'template' ? rest.prompt : { kind: 'verbatim', text: textOf(system) },
  };
}

function textOf(messages: readonly ModelMessage[]): string {
  return messages.map(({ content }) => textOfContent(content)).join('\n\n');
}

function toText(message: ModelMessage): ChatMessage {
  const role = isSystem(message) ? 'system' : (message.role as ChatMessage['role']);
  return { role, content: textOfContent(message.content) };
}
