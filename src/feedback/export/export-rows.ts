import type { TurnTranscript } from '../../chat/reading/turn-views.js';
import type { PassedFeedback } from '../rated-turn.repository.js';

/** A turn and the feedback that counts for it. */
export interface RatedTranscript {
  readonly turn: TurnTranscript;
  readonly feedback: Pick<PassedFeedback, 'stars' | 'reason' | 'betterAnswer' | 'updatedAt'>;
}

/** Whose format training data has: OpenAI's, or that of Hugging Face's TRL. */
// eslint-disable-next-line no-restricted-syntax -- a format of training data, not a wire
export type TrainingFormat = 'openai' | 'trl';

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

export interface TrainingMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** 0: a model is not to learn it, only to know it. */
  readonly weight?: 0;
}

export type SftRow =
  | { readonly messages: readonly TrainingMessage[] }
  | { readonly prompt: readonly TrainingMessage[]; readonly completion: readonly TrainingMessage[] };

export type PreferenceRow =
  | {
      readonly input: { readonly messages: readonly TrainingMessage[] };
      readonly preferred_output: readonly TrainingMessage[];
      readonly non_preferred_output: readonly TrainingMessage[];
    }
  | {
      readonly prompt: readonly TrainingMessage[];
      readonly chosen: readonly TrainingMessage[];
      readonly rejected: readonly TrainingMessage[];
    };

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
  const answer = expectedAnswerTo(rated, options);
  if (answer === null) return null;
  const prompt = promptOf(rated.turn, options.prompt);
  const completion = [answered(answer)];
  if (options.format === 'trl') return { prompt, completion };
  // Earlier answers may be wrong: no feedback says that they are good.
  const known = prompt.map((message) =>
    message.role === 'assistant' ? { ...message, weight: 0 as const } : message,
  );
  return { messages: [...known, ...completion] };
}

/** The better answer before the given one; null: there are not two. */
export function toPreferenceRow(rated: RatedTranscript, options: TrainingOptions): PreferenceRow | null {
  const { turn, feedback } = rated;
  const better = betterAnswerIn(feedback);
  if (better === null || !isWhole(turn) || better.trim() === turn.answer.trim()) return null;
  const prompt = promptOf(turn, options.prompt);
  const [chosen, rejected] = [[answered(better)], [answered(turn.answer)]];
  if (options.format === 'trl') return { prompt, chosen, rejected };
  return { input: { messages: prompt }, preferred_output: chosen, non_preferred_output: rejected };
}

/** A question with the expected answer; null: no feedback gives one. */
export function toEvalCase(rated: RatedTranscript, options: GoodAnswers): EvalCase | null {
  const expected = expectedAnswerTo(rated, options);
  if (expected === null) return null;
  const { turn, feedback } = rated;
  return {
    chat_id: turn.id,
    question: turn.question,
    history: turn.history.map(toMessage),
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

function expectedAnswerTo({ turn, feedback }: RatedTranscript, good: GoodAnswers): string | null {
  // Its passages are stored at its end: a row of now would differ from one of then.
  if (turn.status === 'running' || !mayBeExpected(feedback, good)) return null;
  return betterAnswerIn(feedback) ?? (isWhole(turn) ? turn.answer : null);
}

function betterAnswerIn({ betterAnswer }: RatedTranscript['feedback']): string | null {
  return betterAnswer === null || betterAnswer.trim() === '' ? null : betterAnswer;
}

/** Whether the model ended the answer itself: what was cut off would teach it to break off. */
function isWhole({ status, finishReason, answer }: TurnTranscript): boolean {
  return status === 'completed' && finishReason === 'stop' && answer.trim() !== '';
}

function promptOf(turn: TurnTranscript, prompt: TrainingPrompt): TrainingMessage[] {
  if (prompt === 'rendered') return turn.prompt.map(toMessage);
  return [...turn.history.map(toMessage), { role: 'user', content: turn.question }];
}

/** With its members in one order, whatever the order in which they came. */
function toMessage({ role, content }: TurnTranscript['prompt'][number]): TrainingMessage {
  return { role: SPEAKERS.get(role) ?? 'assistant', content: textOfContent(content) };
}

const SPEAKERS: ReadonlyMap<string, TrainingMessage['role']> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
]);

/** Of a content in parts, the texts. */
function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: { text?: unknown } | null) => (typeof part?.text === 'string' ? part.text : ''))
    .join('');
}

function answered(content: string): TrainingMessage {
  return { role: 'assistant', content };
}
