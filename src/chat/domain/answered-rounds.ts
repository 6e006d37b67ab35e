import type { ChatMessage } from '../../llm/completion.js';

/**
 * A history without its rounds that have no answer: an empty message of the assistant, and the question before it. Servers
 * refuse such messages, and a model learns from them to answer nothing.
 */
export function answeredRounds(history: readonly ChatMessage[]): ChatMessage[] {
  const answered: ChatMessage[] = [];
  for (const message of history) {
    if (message.role !== 'assistant' || message.content.trim() !== '') answered.push(message);
    else while (answered.at(-1)?.role === 'user') answered.pop();
  }
  return answered;
}
