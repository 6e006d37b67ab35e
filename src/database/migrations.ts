import type { MigrationInterface } from 'typeorm';
import { InitialSchema1795220000000 } from './migrations/1795220000000-initial-schema.js';
import { BusyConversations1795270000000 } from './migrations/1795270000000-busy-conversations.js';
import { ClientSettings1795271000000 } from './migrations/1795271000000-client-settings.js';
import { ConversationLists1795240000000 } from './migrations/1795240000000-conversation-lists.js';
import { PromptLabels1795255000000 } from './migrations/1795255000000-prompt-labels.js';
import { FeedbackLists1795258000000 } from './migrations/1795258000000-feedback-lists.js';
import { OwnContext1795262000000 } from './migrations/1795262000000-own-context.js';
import { StreamLog1795230000000 } from './migrations/1795230000000-stream-log.js';
import { DocumentEditions1795274000000 } from './migrations/1795274000000-document-editions.js';
import { MissedAnswers1795276000000 } from './migrations/1795276000000-missed-answers.js';
import { Reasoning1795279000000 } from './migrations/1795279000000-reasoning.js';
import { SharedContext1795290000000 } from './migrations/1795290000000-shared-context.js';
import { WireRequests1795292000000 } from './migrations/1795292000000-wire-requests.js';
import { ToolCalls1795293000000 } from './migrations/1795293000000-tool-calls.js';

/** Every migration, oldest first. A new one is added here by hand: nothing is found by its file's name. */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  InitialSchema1795220000000,
  StreamLog1795230000000,
  ConversationLists1795240000000,
  PromptLabels1795255000000,
  FeedbackLists1795258000000,
  OwnContext1795262000000,
  BusyConversations1795270000000,
  ClientSettings1795271000000,
  DocumentEditions1795274000000,
  MissedAnswers1795276000000,
  Reasoning1795279000000,
  SharedContext1795290000000,
  WireRequests1795292000000,
  ToolCalls1795293000000,
];
