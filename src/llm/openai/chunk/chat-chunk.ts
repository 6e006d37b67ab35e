import type { ModelFinishReason, Usage } from '../../completion.js';
import { BROKEN_ANSWER } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';
import { findError, isForeign } from '../refusal/error-frame.js';
import { readServerError } from '../refusal/server-error.js';
import { ErrorInAnswer } from '../refusal/server-failure.js';
import { decodeFinishReason } from './finish-reasons.js';
import { decodeMessage, type MessageContent, type RawMessage } from './message-content.js';

/** The content of one frame, or of one complete JSON answer. */
export interface ChatChunk extends MessageContent {
  /** Whether it is of a complete message, and not of a delta. */
  readonly isMessage: boolean;
  /** Whether it is no frame of this protocol, so that what follows it may not be what it seems. Absent: it is one. */
  readonly isForeign?: boolean;
  readonly finishReason?: ModelFinishReason;
  readonly usage?: Usage;
}

interface RawChoice {
  /** Absent: 0. */
  readonly index?: unknown;
  readonly delta?: RawMessage | null;
  /** In place of `delta` in an answer that is not streamed. */
  readonly message?: RawMessage | null;
  /** In place of both, of servers that frame a legacy completion so. */
  readonly text?: unknown;
  readonly finish_reason?: unknown;
  /** In place of the chunk's own (Moonshot). */
  readonly usage?: unknown;
  /** OpenRouter has the error of a model here, too. */
  readonly error?: unknown;
}

const NO_MESSAGE: RawMessage = {};

/**
 * Decodes a `chat.completion.chunk`, or a `chat.completion`.
 * @throws ErrorInAnswer when it says that the model failed, also beside a choice
 * @throws ModelFailure when it is not a JSON object, or ends with a failure
 */
export function decodeChatChunk(payload: string): ChatChunk {
  const chunk = parseObject(payload);
  const choice = firstChoice(chunk['choices']);
  if (choice?.error) throw new ErrorInAnswer(readServerError(choice.error));
  const error = choice && !chunk['error'] ? null : findError(chunk);
  if (error) throw new ErrorInAnswer(error);
  const counts = chunk['usage'] ?? choice?.usage;
  const usage = counts ? decodeUsage(counts) : undefined;
  if (choice) return decodeChoice(choice, usage);
  return {
    text: '',
    hasToken: false,
    reasoning: '',
    isMessage: false,
    isForeign: isForeign(chunk) || undefined,
    usage,
  };
}

/**
 * Decodes a line, or an event of another name, if it is a chunk; null: it is none.
 * @throws ErrorInAnswer when it says that the model failed
 */
export function decodeIfChunk(payload: string): ChatChunk | null {
  const value = parse(payload);
  if (typeof value !== 'object' || value === null) return null;
  const { choices, object: kind } = value as Record<string, unknown>;
  const isChunk = Array.isArray(choices) || kind === 'chat.completion.chunk';
  return isChunk ? decodeChatChunk(payload) : null;
}

function decodeChoice(choice: RawChoice, usage?: Usage): ChatChunk {
  const { message, finish_reason: reason } = choice;
  const delta = choice.delta ?? legacyDelta(choice);
  const said = delta ?? message ?? NO_MESSAGE;
  const finishReason = reason ? decodeFinishReason(reason) : undefined;
  const isMessage = !delta;
  const { content: text, reasoning_content, reasoning, reasoning_details, refusal } = said;
  // Almost every delta is a text and nothing else.
  if (
    reasoning_content ||
    reasoning ||
    reasoning_details ||
    refusal ||
    said.tool_calls ||
    said.function_call ||
    typeof text !== 'string'
  )
    return { ...decodeMessage(said), isMessage, finishReason, usage };
  return { text, hasToken: text !== '', reasoning: '', isMessage, finishReason, usage };
}

function legacyDelta({ message, text }: RawChoice): RawMessage | undefined {
  return typeof text === 'string' && !message ? { content: text } : undefined;
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

/** Decodes the data of an event named `error`, which may be JSON of any form, or text. */
export function decodeErrorEvent(payload: string): ErrorInAnswer {
  return new ErrorInAnswer(readServerError(parse(payload) ?? payload));
}

/** The error that a line of JSON is; null: it is none, or no JSON. */
export function findErrorIn(line: string): ErrorInAnswer | null {
  const value = parse(line);
  const error = typeof value === 'object' && value !== null ? findError(value) : null;
  return error && new ErrorInAnswer(error);
}

function parseObject(payload: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    // Without the parser's message, which quotes the payload: it may be an answer.
    throw new ModelFailure(BROKEN_ANSWER, 'a frame is not valid JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  // Gemini puts its errors into a list.
  if (
    Array.isArray(value) &&
    value.some((item) => typeof item === 'object' && item !== null && findError(item as object))
  )
    throw new ErrorInAnswer(readServerError(value));
  throw new ModelFailure(BROKEN_ANSWER, 'a frame is not a JSON object');
}

/** undefined: it is not JSON. */
function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
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
