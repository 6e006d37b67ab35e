import type { Wire } from '../wire.js';
import { CHAT_FRAME } from './api.js';
import { ConversationController } from './controller.js';
import { CONVERSATION_ERRORS } from './errors.js';
import { chooseVariant } from './middleware.js';
import { ConversationPresenter } from './presenter.js';
import { CONVERSATION_TRAITS } from './traits.js';

/** The Conversation API: questions in conversations that the service remembers. */
export const CONVERSATION: Wire = {
  traits: CONVERSATION_TRAITS,
  controllers: [ConversationController],
  providers: [ConversationPresenter],
  streams: ['chat', 'chat/stream'],
  middleware: { handler: chooseVariant, paths: ['chat', 'api/chat'] },
  numberIdPaths: /^\/(?:chat(?:\/stream)?|api\/chat)\/?$/i,
  errors: CONVERSATION_ERRORS,
  follow: { presenter: ConversationPresenter, frames: CHAT_FRAME.anyOf },
  document: {
    tag: {
      name: 'chat',
      description: 'Conversation API: ask in a conversation that the service remembers (聊天接口)',
    },
    introduction:
      '**Conversation API** (variant A): `POST /chat` for JSON, `POST /chat/stream` for server-sent events. Remembers conversations.',
    turnId: '`message_id` of the Conversation API',
    problemMembers: {
      msg: {
        type: 'string',
        description:
          'On `/chat`, `/chat/stream` and, for bodies of the Conversation API, `/api/chat`: the same as `detail`',
        example: 'The request has a field that cannot be used.',
      },
    },
  },
};
