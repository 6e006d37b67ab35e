import type { ChatMessage } from '../../llm/completion.js';
import { type PromptChoice, type TurnRequest, USUAL_ROUNDS } from './turn-request.js';

/**
 * What a request brought itself, beside its question. It is stored with the turn: else no export could tell afterwards
 * what an answer was an answer to, and models would be trained on half of a dialogue.
 */
export interface OwnContext {
  /** Absent: those of a template. */
  readonly instructions?: Exclude<PromptChoice, { kind: 'template' }>;
  /** Oldest first. Absent: that of its conversation. */
  readonly history?: readonly ChatMessage[];
  /** Most rounds of its conversation that it wanted; absent: {@link USUAL_ROUNDS}. */
  readonly rounds?: number;
}

/** Null: nothing but what is usual. */
export function ownContextOf({ prompt, history, conversation }: TurnRequest): OwnContext | null {
  const own: OwnContext = {
    ...(prompt.kind !== 'template' && prompt.text !== '' && { instructions: prompt }),
    ...(history.from === 'request' && history.messages.length > 0 && { history: history.messages }),
    ...(history.from === 'conversation' &&
      conversation?.externalId !== undefined &&
      history.rounds !== USUAL_ROUNDS && { rounds: history.rounds }),
  };
  return Object.keys(own).length > 0 ? own : null;
}

/** The messages from the question of the last `rounds` on; system messages are of the round before them. */
export function latestRounds(messages: readonly ChatMessage[], rounds: number): readonly ChatMessage[] {
  if (rounds <= 0) return [];
  const questions = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  return questions.length <= rounds ? messages : messages.slice(questions.at(-rounds));
}
