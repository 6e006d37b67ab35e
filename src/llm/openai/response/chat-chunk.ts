import type { ModelFinishReason, Usage } from '../../completion.js';
import { BROKEN_ANSWER, classifyErrorFrame } from '../../failure-classes.js';
import { describeErrorWords } from '../refusal/error-words.js';
import { readServerError } from '../refusal/server-error.js';
import { ModelFailure } from '../../model-failure.js';
import { decodeMessage, type MessageContent, type RawMessage } from './message-content.js';

/** The content of one frame, or of one complete JSON answer. */
export interface ChatChunk extends MessageContent {
  /** Whether it is of a complete message, and not of a delta. */
  readonly isMessage: boolean;
  readonly finishReason?: ModelFinishReason;
  readonly usage?: Usage;
}

interface RawChoice {
  /** Absent: 0. */
  readonly index?: unknown;
  readonly delta?: RawMessage | null;
  /** In place of `delta` in an answer that is not streamed. */
  readonly message?: RawMessage | null;
  readonly finish_reason?: unknown;
}

const NO_MESSAGE: RawMessage = {};

/**
 * Decodes a `chat.completion.chunk`, or a `chat.completion`.
 * @throws ModelFailure when it is not a JSON object, or says that the model failed. `error` is looked for
 * first: servers send it beside empty `choices`.
 */
export function decodeChatChunk(payload: string): ChatChunk {
  const chunk = parseObject(payload);
  if (chunk['error']) throw errorFrame(chunk['error']);
  // Without the usual wrapping: older vLLM, and what is built on it.
  if (chunk['object'] === 'error') throw errorFrame(chunk);
  const usage = chunk['usage'] ? decodeUsage(chunk['usage']) : undefined;
  const choice = firstChoice(chunk['choices']);
  if (choice) return decodeChoice(choice, usage);
  return { text: '', hasToken: false, reasoning: '', isMessage: false, usage };
}

function decodeChoice({ delta, message, finish_reason: reason }: RawChoice, usage?: Usage): ChatChunk {
  const said = delta ?? message ?? NO_MESSAGE;
  const finishReason = reason ? decodeFinishReason(reason) : undefined;
  const isMessage = !delta;
  const { content: text, reasoning_content, reasoning, reasoning_details, refusal, tool_calls } = said;
  // Almost every delta is a text and nothing else.
  if (
    reasoning_content ||
    reasoning ||
    reasoning_details ||
    refusal ||
    tool_calls ||
    typeof text !== 'string'
  )
    return { ...decodeMessage(said), isMessage, finishReason, usage };
  return { text, hasToken: text !== '', reasoning: '', isMessage, finishReason, usage };
}

/**
 * One answer is asked for: of a server that makes several, the others would be mixed into it. Frames that carry
 * nothing but usage, or a filter's verdict, have none.
 */
function firstChoice(choices: unknown): RawChoice | null | undefined {
  if (!Array.isArray(choices)) return undefined;
  const [first] = choices as (RawChoice | null | undefined)[];
  if (first?.index === 0) return first;
  return (choices as (RawChoice | null | undefined)[]).find((choice) => (choice?.index ?? 0) === 0);
}

/** Decodes the data of an event named `error`, whose error may stand without its usual wrapping. */
export function decodeErrorEvent(payload: string): ModelFailure {
  try {
    const data = parseObject(payload);
    return errorFrame(data['error'] ?? data);
  } catch {
    return errorFrame(undefined);
  }
}

function parseObject(payload: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    // Without the parser's message, which quotes the payload: it may be an answer.
    throw new ModelFailure(BROKEN_ANSWER, 'a frame is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ModelFailure(BROKEN_ANSWER, 'a frame is not a JSON object');
  }
  return value as Record<string, unknown>;
}

/** The words of an error frame, not its message: the message may repeat the prompt. */
function errorFrame(error: unknown): ModelFailure {
  const reason = `an error inside the answer: ${describeErrorWords(readServerError(error)) || 'unnamed'}`;
  return new ModelFailure(classifyErrorFrame(error), reason);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** What servers call an end by length or by a filter; every other word is a normal end. */
const FINISH_REASONS: Readonly<Record<string, ModelFinishReason>> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'content_filter',
  sensitive: 'content_filter',
  safety: 'content_filter',
};

/** Ends that are failures: OpenRouter, vLLM, DeepSeek and Zhipu, in this order. */
const FAILED_FINISHES: readonly string[] = [
  'error',
  'abort',
  'insufficient_system_resource',
  'network_error',
];

/**
 * `stop`, and with it `eos`, `eos_token`, `stop_sequence`, `end_turn`, and words not known: the model ended
 * by itself and its text is kept. So do `tool_calls` and `function_call`: no tools are offered, so what is
 * left of such an answer is its text. `''` and null mean that it goes on.
 */
function decodeFinishReason(reason: unknown): ModelFinishReason | undefined {
  if (!isText(reason)) return undefined;
  const word = reason.toLowerCase();
  if (FAILED_FINISHES.includes(word)) throw new ModelFailure(BROKEN_ANSWER, `the model ended with ${word}`);
  return Object.hasOwn(FINISH_REASONS, word) ? FINISH_REASONS[word] : 'stop';
}

/** Undefined unless both counts are whole numbers: an estimate is better than half a count. */
function decodeUsage(usage: unknown): Usage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage as Record<string, unknown>;
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2_147_483_647;
}
