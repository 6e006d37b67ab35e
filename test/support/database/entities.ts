import { ClientKeyEntity } from '../../../src/auth/client-key.entity.js';
import { ClientEntity } from '../../../src/auth/client.entity.js';
import { ContextMessageEntity } from '../../../src/chat/context/context-message.entity.js';
import { TurnContextEntity } from '../../../src/chat/context/turn-context.entity.js';
import { ConversationEntity } from '../../../src/chat/conversation/conversation.entity.js';
import { TurnEntity } from '../../../src/chat/turn/turn.entity.js';
import { FeedbackRevisionEntity } from '../../../src/feedback/feedback-revision.entity.js';
import { FeedbackEntity } from '../../../src/feedback/feedback.entity.js';
import { DocumentEntity } from '../../../src/knowledge/documents/document.entity.js';
import { PassageEntity } from '../../../src/knowledge/documents/passage.entity.js';
import { PromptLabelEntity } from '../../../src/prompt/prompt-label.entity.js';
import { PromptTemplateEntity } from '../../../src/prompt/prompt-template.entity.js';

/** For tests below the complete service, which no module gives its entities. */
export const ALL_ENTITIES = [
  ClientEntity,
  ClientKeyEntity,
  ContextMessageEntity,
  ConversationEntity,
  DocumentEntity,
  FeedbackEntity,
  FeedbackRevisionEntity,
  PassageEntity,
  PromptLabelEntity,
  PromptTemplateEntity,
  TurnContextEntity,
  TurnEntity,
];
