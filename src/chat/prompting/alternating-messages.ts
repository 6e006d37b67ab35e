import type { ChatMessage } from '../../llm/completion.js';

/** What a strict chat template takes, and whether something had to be left out for it. */
export interface AlternatingMessages {
  readonly messages: ChatMessage[];
  /** Whether the history began with messages of the assistant, which no user had asked for. */
  readonly hasLostAnswers: boolean;
}

/**
 * Messages as the strictest chat templates take them (Gemma, Mistral, Llama 2): at most one system message, at the start,
 * then the user and the assistant in turn, the user first. Several messages of one role become one, with an empty line
 * between; system messages from the middle of a history follow the instructions.
 */
export function toAlternatingMessages(messages: readonly ChatMessage[]): AlternatingMessages {
  const system = messages.filter(({ role }) => role === 'system');
  const said = messages.filter(({ role }) => role !== 'system');
  const asked = said.findIndex(({ role }) => role === 'user');
  const fromQuestion = said.slice(Math.max(0, asked));
  return { messages: merge([...system, ...fromQuestion]), hasLostAnswers: asked > 0 };
}

function merge(messages: readonly ChatMessage[]): ChatMessage[] {
  const merged: ChatMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role !== message.role) merged.push(message);
    else merged[merged.length - 1] = { role: last.role, content: join(last.content, message.content) };
  }
  return merged;
}

function join(...contents: readonly string[]): string {
  return contents.filter((content) => content.trim() !== '').join('\n\n');
}
