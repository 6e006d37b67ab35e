import type { FrameContent } from './answer-frame.js';
import type { Answer } from './answer-fold.js';

/** The question was accepted: from now on the answer can be stopped, rated and read again by this id. */
export type StartedEvent = Extract<FrameContent, { type: 'started' }>;

/** The passages that the answer may draw on, once, before its first text; variant B only. */
export type SourcesEvent = Extract<FrameContent, { type: 'sources' }>;

/** More text, to be appended. */
export type TextEvent = Extract<FrameContent, { type: 'text' }>;

/** More of what the model thinks, to be appended to the reasoning; only where it was asked for. */
export type ReasoningEvent = Extract<FrameContent, { type: 'reasoning' }>;

/** Drop the text and the reasoning since the last `break`, or since the start: the model failed, and is asked again. Variant B only. */
export type RetryingEvent = Extract<FrameContent, { type: 'retrying' }>;

/** What came before is a message of its own, and stays; the next one begins. Variant B only. */
export type BreakEvent = Extract<FrameContent, { type: 'break' }>;

/**
 * The connection dropped, or there was none, or the service refused for the time being (a 5xx that may be tried again);
 * after a pause the answer goes on where it was, and a question that was not accepted yet is asked again. Nothing of
 * the text changes.
 */
export interface ReconnectingEvent {
  readonly type: 'reconnecting';
  readonly delayMs: number;
  /** A ProblemError when the service, or something in front of it, refused; else what the connection broke off with. */
  readonly cause: unknown;
}

/** Always the last one: the answer is complete, and stored. */
export interface CompletedEvent {
  readonly type: 'completed';
  readonly answer: Answer;
}

/** What happens to an answer, in order. A failure is no event: it is thrown. */
export type AnswerEvent =
  | StartedEvent
  | SourcesEvent
  | TextEvent
  | ReasoningEvent
  | RetryingEvent
  | BreakEvent
  | ReconnectingEvent
  | CompletedEvent;
