import type { TargetConfig } from '../../../config/app-config.js';
import type { ChatMessage } from '../../completion.js';

/** A message as a server gets it. */
export interface SentMessage {
  readonly role: ChatMessage['role'] | 'developer';
  readonly content: string;
}

/**
 * The messages with system messages in the role that the server takes. `user`, for templates that have no system role
 * (Gemma, early Mistral): before the text of the user's message that follows, behind an empty line.
 */
export function withSystemRole(
  messages: readonly ChatMessage[],
  systemRole: TargetConfig['systemRole'] = 'system',
): readonly SentMessage[] {
  if (systemRole === 'system') return messages;
  if (systemRole === 'user') return mergedIntoUser(messages);
  return messages.map(({ role, content }) => ({ role: role === 'system' ? 'developer' : role, content }));
}

function mergedIntoUser(messages: readonly ChatMessage[]): SentMessage[] {
  const sent: SentMessage[] = [];
  let waiting: string[] = [];
  const send = (...contents: string[]) => {
    sent.push({ role: 'user', content: [...waiting, ...contents].join('\n\n') });
    waiting = [];
  };
  for (const message of messages) {
    if (message.role === 'system') waiting.push(message.content);
    else if (message.role === 'user') send(message.content);
    else {
      if (waiting.length > 0) send();
      sent.push(message);
    }
  }
  if (waiting.length > 0) send();
  return sent;
}
