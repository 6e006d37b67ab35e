import type { TargetConfig } from '../../../config/app-config.js';
import { isSystem, type ModelMessage } from '../../completion.js';
import { textOfContent } from '../../prompt/content-text.js';

/**
 * The messages with system messages in the role that the server takes; without a setting as they are. `user`, for templates that have no system role
 * (Gemma, early Mistral): before the text of the user's message that follows, behind an empty line.
 */
export function withSystemRole(
  messages: readonly ModelMessage[],
  systemRole: TargetConfig['systemRole'],
): readonly ModelMessage[] {
  if (systemRole === undefined) return messages;
  if (systemRole === 'user') return mergedIntoUser(messages);
  return messages.map((message) => (isSystem(message) ? { ...message, role: systemRole } : message));
}

function mergedIntoUser(messages: readonly ModelMessage[]): ModelMessage[] {
  const sent: ModelMessage[] = [];
  let waiting: string[] = [];
  const flush = () => {
    if (waiting.length > 0) sent.push({ role: 'user', content: waiting.join('\n\n') });
    waiting = [];
  };
  for (const message of messages) {
    if (isSystem(message)) waiting.push(textOfContent(message.content));
    else if (message.role === 'user' && waiting.length > 0) {
      sent.push({ ...message, content: withTextBefore(waiting.join('\n\n'), message.content) });
      waiting = [];
    } else {
      flush();
      sent.push(message);
    }
  }
  flush();
  return sent;
}

/** Parts stay parts: a text in their place would lose the images. */
function withTextBefore(text: string, content: unknown): unknown {
  if (Array.isArray(content)) return [{ type: 'text', text: `${text}\n\n` }, ...(content as unknown[])];
  return `${text}\n\n${textOfContent(content)}`;
}
