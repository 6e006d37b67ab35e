import type { ChatMessage } from '../../llm/completion.js';
import { aroundQuestion, bringDialogue, latestRounds, type SentContext } from '../domain/own-context.js';
import { USUAL_ROUNDS } from '../domain/turn-request.js';
import { describeSizeFault, type Instructions } from '../prompting/instructions.js';
import { composeKept } from '../prompting/kept-messages.js';
import { writePassages } from '../prompting/turn-passages.js';
import type { AskedTurn } from '../turn/turn-transcript.repository.js';
import type { TurnTranscript } from './turn-views.js';

const NONE: Instructions = { kind: 'verbatim', text: '' };

/** A turn with all that is read of it. */
export interface ReadTurn extends AskedTurn {
  /** The rounds of its conversation before it. */
  readonly stored: readonly ChatMessage[];
  readonly template?: Instructions;
  readonly sent?: SentContext;
  /** Most rounds that are wanted. */
  readonly rounds: number;
}

/** What was said before an answer. */
export type Said = Pick<TurnTranscript, 'history' | 'prompt'>;

/** Of a caller that keeps its dialogue: its messages before the question as far as they are wanted, and all others. */
export function toKeptTranscript(
  { stored, template, rounds, question, sources }: ReadTurn,
  { messages }: SentContext,
): Said {
  const { system, earlier, asking } = aroundQuestion(messages);
  const isWhole = bringDialogue(messages);
  const said = isWhole ? latestRounds(earlier, rounds) : earlier;
  const before = isWhole ? [] : latestRounds(stored, Math.min(rounds, USUAL_ROUNDS));
  const sent = [...system, ...said, ...asking];
  const context = writePassages(sources);
  const instructions = renderable(template ?? NONE, { question, context });
  return {
    history: [...before, ...said],
    prompt: composeKept({ instructions, sent, rounds: before, question, context }),
  };
}

/** Of a caller whose messages the service composed: those of its request, or else the rounds of its conversation. */
export function historyOf({ ownContext, stored, sent, rounds }: ReadTurn): readonly ChatMessage[] {
  if (sent && sent.messages.length > 0) return latestRounds(sent.messages as readonly ChatMessage[], rounds);
  return latestRounds(stored, Math.min(rounds, ownContext?.rounds ?? USUAL_ROUNDS));
}

/** An older release accepted instructions that fill the memory when they are rendered. */
export function renderable(
  given: Instructions,
  texts: { readonly question: string; readonly context: string },
): Instructions {
  const isTooLong = describeSizeFault(given, texts, Infinity) !== null;
  return isTooLong ? { ...given, kind: 'verbatim' } : given;
}
