import type { LlmConfig, ModelConfig, TargetConfig } from '../../config/app-config.js';
import type { AttemptEvent } from '../openai/attempt-event.js';
import type { OpenAiClient } from '../openai/openai-client.js';
import { type ModelFailure, toModelFailure } from '../model-failure.js';

/** A question that every model answers in several pieces, and a model that thinks with thinking. */
const MESSAGES = [{ role: 'user', content: 'Count from 1 to 10, in words.' }] as const;

/** Few tokens cost little; a model that thinks may need them all for that. */
const MAX_TOKENS = 128;

/** What a target did with a small question. */
export interface TargetProbe {
  /** In how many pieces text and thinking came. */
  readonly pieces: number;
  readonly hasThought: boolean;
  /** The parameters that it does not take. */
  readonly refused: readonly string[];
  /** Why there is no answer; absent: there is one, or the tokens were spent on thinking. */
  readonly failure?: ModelFailure;
}

/** Asks a target a small question, with the usual parameters. Never rejects; takes as long as an answer may. */
export async function probeTarget(
  openAi: OpenAiClient,
  target: TargetConfig,
  { model, llm }: { readonly model: ModelConfig; readonly llm: LlmConfig },
): Promise<TargetProbe> {
  const request = { messages: MESSAGES, maxTokens: MAX_TOKENS, temperature: 0.7, thinking: model.thinking };
  const endsAt = performance.now() + (model.totalTimeoutMs ?? llm.totalTimeoutMs);
  const events: AttemptEvent[] = [];
  const failure = await new Promise<ModelFailure | undefined>((resolve) => {
    openAi.attempt(target, request, { limits: llm, endsAt }).subscribe({
      next: (event) => void events.push(event),
      error: (error: unknown) => resolve(toModelFailure(error)),
      complete: () => resolve(undefined),
    });
  });
  const pieces = events.filter(({ type }) => type === 'text.delta' || type === 'reasoning.delta').length;
  const hasThought = events.some(({ type }) => type === 'reasoning.delta');
  const hasFinished = events.some(({ type }) => type === 'finish');
  const refused = [...openAi.refusedBy(target)];
  const isSpent = hasThought && failure?.code === 'empty_answer';
  return { pieces, hasThought, refused, failure: hasFinished || isSpent ? undefined : failure };
}
