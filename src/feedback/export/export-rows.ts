import type { TurnTranscript } from '../../chat/reading/turn-views.js';
import type { PassedFeedback } from '../rated-turn.repository.js';

import {
  toAnswer,
  toTrainingMessages,
  type TrainingFormat,
  type TrainingMessage,
} from './training-messages.js';

/** A turn and the feedback that counts for it. */
export interface RatedTranscript {
  readonly turn: TurnTranscript;
  readonly feedback: Pick<PassedFeedback, 'stars' | 'reason' | 'betterAnswer' | 'updatedAt'>;
}

/** The text before an answer: the complete input of its model, or only the conversation. */
export type TrainingPrompt = 'rendered' | 'plain';

export interface TrainingOptions {
  readonly format: TrainingFormat;
  readonly prompt: TrainingPrompt;
}

/** From how many stars on an answer is good by itself, 1..5. */
export interface GoodAnswers {
  readonly goodStars: number;
}

/** The tools that the request offered; absent: none. */
interface Offered {
  readonly tools?: readonly unknown[];
  /** Only in OpenAI's format; absent: the request did not say. */
  readonly parallel_tool_calls?: boolean;
}

export type SftRow = Offered &
  (
    | { readonly messages: readonly TrainingMessage[] }
    | { readonly prompt: readonly TrainingMessage[]; readonly completion: readonly TrainingMessage[] }
  );

export type PreferenceRow =
  | {
      readonly input: Offered & { readonly messages: readonly TrainingMessage[] };
      readonly preferred_output: readonly TrainingMessage[];
      readonly non_preferred_output: readonly TrainingMessage[];
    }
  | (Offered & {
      readonly prompt: readonly TrainingMessage[];
      readonly chosen: readonly TrainingMessage[];
      readonly rejected: readonly TrainingMessage[];
    });

export interface EvalCase {
  readonly chat_id: string;
  readonly question: string;
  readonly history: readonly TrainingMessage[];
  readonly expected_answer: string;
  readonly answer: string;
  readonly is_corrected: boolean;
  readonly stars: number | null;
  readonly reason: string | null;
  readonly sources: readonly { readonly source: string; readonly text: string }[];
  readonly variant: string;
  readonly status: string;
  readonly model_name: string;
  readonly prompt_name: string | null;
  readonly prompt_version: number | null;
  readonly feedback_at: string;
}

/** What is known before the turn itself is read: whether it can have a row at all. */
export function mayBeExpected(feedback: RatedTranscript['feedback'], { goodStars }: GoodAnswers): boolean {
  return isCorrected(feedback) || (feedback.stars !== null && feedback.stars >= goodStars);
}

/** Whether there is a better answer. */
export function isCorrected(feedback: RatedTranscript['feedback']): boolean {
  return betterAnswerIn(feedback) !== null;
}

/** A good or corrected answer after what it answers; null: there is none. */
export function toSftRow(rated: RatedTranscript, options: TrainingOptions & GoodAnswers): SftRow | null {
  const answer = learntFrom(rated, options);
  if (answer === null) return null;
  const { format } = options;
  const prompt = promptOf(rated.turn, options);
  const completion = [toAnswer(answer.text, answer.calls, format)];
  const offered = toolsOf(rated.turn, format);
  if (format === 'trl') return { prompt, completion, ...offered };
  // Earlier answers may be wrong: no feedback says that they are good.
  const known = prompt.map((message) =>
    message.role === 'assistant' ? { ...message, weight: 0 as const } : message,
  );
  return { messages: [...known, ...completion], ...offered };
}

/** The better answer before the given one; null: there are not two. */
export function toPreferenceRow(rated: RatedTranscript, options: TrainingOptions): PreferenceRow | null {
  const { turn, feedback } = rated;
  const { format } = options;
  const better = betterAnswerIn(feedback);
  if (better === null || !isWhole(turn)) return null;
  if (better.trim() === turn.answer.trim() && turn.toolCalls.length === 0) return null;
  const prompt = promptOf(turn, options);
  const chosen = [toAnswer(better, [], format)];
  const rejected = [toAnswer(turn.answer, turn.toolCalls, format)];
  const offered = toolsOf(turn, format);
  if (format === 'trl') return { prompt, chosen, rejected, ...offered };
  const input = { messages: prompt, ...offered };
  return { input, preferred_output: chosen, non_preferred_output: rejected };
}

/** A question with the expected answer; null: no feedback gives one. */
export function toEvalCase(rated: RatedTranscript, options: GoodAnswers): EvalCase | null {
  const expected = expectedAnswerTo(rated, options);
  if (expected === null) return null;
  const { turn, feedback } = rated;
  return {
    chat_id: turn.id,
    question: turn.question,
    // eslint-disable-next-line no-restricted-syntax -- a format of training data, not a wire
    history: toTrainingMessages(turn.history, 'openai'),
    expected_answer: expected,
    answer: turn.answer,
    is_corrected: isCorrected(feedback),
    stars: feedback.stars,
    reason: feedback.reason,
    sources: turn.sources.map(({ text, metadata }) => ({ source: metadata.source, text })),
    variant: turn.variant,
    status: turn.status,
    model_name: turn.model,
    prompt_name: turn.promptName,
    prompt_version: turn.promptVersion,
    feedback_at: feedback.updatedAt.toISOString(),
  };
}

/** The text that is expected; null: none. An answer with calls is none: it goes on with what they give. */
function expectedAnswerTo(rated: RatedTranscript, good: GoodAnswers): string | null {
  const learnt = learntFrom(rated, good);
  return learnt === null || learnt.calls.length > 0 ? null : learnt.text;
}

/** What a model can learn to answer. */
interface Learnt {
  readonly text: string;
  readonly calls: TurnTranscript['toolCalls'];
}

function learntFrom({ turn, feedback }: RatedTranscript, good: GoodAnswers): Learnt | null {
  // Its passages are stored at its end: a row of now would differ from one of then.
  if (turn.status === 'running' || !mayBeExpected(feedback, good)) return null;
  const better = betterAnswerIn(feedback);
  if (better !== null) return { text: better, calls: [] };
  return isWhole(turn) ? { text: turn.answer, calls: turn.toolCalls } : null;
}

function betterAnswerIn({ betterAnswer }: RatedTranscript['feedback']): string | null {
  return betterAnswer === null || betterAnswer.trim() === '' ? null : betterAnswer;
}

/** Whether the model ended the answer itself: what was cut off would teach it to break off. */
function isWhole({ status, finishReason, answer, toolCalls }: TurnTranscript): boolean {
  const isEnded = status === 'completed' && (finishReason === 'stop' || finishReason === 'tool_calls');
  return isEnded && (answer.trim() !== '' || toolCalls.length > 0);
}

/** `parallel_tool_calls` is of OpenAI's format (https://platform.openai.com/docs/api-reference/fine-tuning), not of TRL's. */
function toolsOf({ tools, parallelToolCalls }: TurnTranscript, format: TrainingFormat): Offered {
  if (tools.length === 0) return {};
  if (format === 'trl' || parallelToolCalls === null) return { tools };
  return { tools, parallel_tool_calls: parallelToolCalls };
}

/** The results of calls follow the question: only the messages as they were sent have them. */
function promptOf(turn: TurnTranscript, { prompt, format }: TrainingOptions): TrainingMessage[] {
  const hasResults = turn.prompt.some(({ role }) => role === 'tool');
  if (prompt === 'rendered') return toTrainingMessages(turn.prompt, format);
  if (hasResults) return toTrainingMessages(turn.prompt, format).filter(({ role }) => role !== 'system');
  return toTrainingMessages([...turn.history, { role: 'user', content: turn.question }], format);
}
