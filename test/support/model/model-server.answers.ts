import { setTimeout as pause } from 'node:timers/promises';
import { CONTINUE_INSTRUCTION } from '../../../src/llm/retry/continuation.js';
import { type Behaviour, gate, script, type Step } from './model-server.exchange.js';
import {
  chunk,
  completion,
  encodeEvent,
  type ReportedUsage,
  usageChunk,
  type WireStyle,
} from './model-server.frames.js';
import { delta, done, end, finish, head, raw, rawInPieces, role, usage } from './model-server.steps.js';

export interface AnswerOptions {
  /** null: the answer has none. */
  readonly finishReason?: string | null;
  /** null: the server does not count. */
  readonly usage?: ReportedUsage | null;
  readonly hasDone?: boolean;
  readonly style?: WireStyle;
  /** Between deltas, for demonstrations and load; tests hold a gate instead. */
  readonly delayMs?: number;
}

export const DEFAULT_USAGE: ReportedUsage = { prompt_tokens: 11, completion_tokens: 7 };

/**
 * A right answer: streamed, one event a delta, or as JSON when the request does not ask for a stream.
 * @param text the complete text, or its deltas
 */
export function answer(text: string | readonly string[], options: AnswerOptions = {}): Behaviour {
  const deltas = typeof text === 'string' ? [text] : text;
  const streamed =
    options.delayMs === undefined ? streamAtOnce(deltas, options) : streamSlowly(deltas, options);
  return (exchange) =>
    exchange.request.body?.stream === true
      ? streamed(exchange)
      : jsonAnswer(deltas.join(''), options)(exchange);
}

/** A right answer of the given deltas, of text and of what else there is. */
export function answerOf(...steps: readonly Step[]): Behaviour {
  return script(head(), role(), ...steps, finish(), done(), end());
}

/** A complete answer as JSON, whatever was asked. */
export function jsonAnswer(
  text: string,
  { finishReason = 'stop', usage: counts }: AnswerOptions = {},
): Behaviour {
  const reported = counts === null ? undefined : (counts ?? DEFAULT_USAGE);
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(completion(text, finishReason, reported)));
  };
}

/**
 * A streamed answer as some gateways pass it on: labelled as JSON, a finish reason in every frame, of which the last
 * counts, an unrequested answer beside it, no `[DONE]`, and no line end behind the last frame.
 */
export function gatewayAnswer(deltas: readonly string[], finishReason = 'stop'): Behaviour {
  const other = { index: 1, delta: { content: 'other' }, finish_reason: 'content_filter' };
  const frames = ['', ...deltas].map((content, index) => {
    const reason = index === deltas.length ? finishReason : 'stop';
    const choices = [other, { index: 0, delta: { content }, finish_reason: reason }];
    return `data: ${JSON.stringify({ choices })}`;
  });
  const label = head({ 'content-type': 'application/json' });
  return script(label, raw(frames.join('\n\n')), end());
}

/** The body of a streamed answer, event by event. */
export function answerEvents(deltas: readonly string[], options: AnswerOptions = {}): string[] {
  const { finishReason = 'stop', usage: counts = DEFAULT_USAGE, hasDone = true, style } = options;
  const payloads: (object | string)[] = [
    chunk({ role: 'assistant', content: '' }),
    ...deltas.map((content) => chunk({ content })),
    ...(finishReason === null ? [] : [chunk({}, finishReason)]),
    ...(counts === null ? [] : [usageChunk(counts)]),
    ...(hasDone ? ['[DONE]'] : []),
  ];
  const events = payloads.map((payload) => encodeEvent(payload, style));
  return style?.hasByteOrderMark ? [`\uFEFF${events[0]}`, ...events.slice(1)] : events;
}

function streamAtOnce(deltas: readonly string[], options: AnswerOptions): Behaviour {
  const events = answerEvents(deltas, options);
  const size = options.style?.pieceBytes;
  const body = size === undefined ? events.map(raw) : [rawInPieces(Buffer.from(events.join('')), size)];
  return script(head(), ...body, end());
}

function streamSlowly(deltas: readonly string[], options: AnswerOptions): Behaviour {
  const events = answerEvents(deltas, options);
  const paced = events.flatMap((text): Step[] => [raw(text), () => pause(options.delayMs)]);
  return script(head(), ...paced, end());
}

export interface ContinuingOptions extends AnswerOptions {
  /** How much of the end of what it is to continue it says again; `Infinity`: all of it. */
  readonly repeatedChars?: number;
  /** Characters in a delta. */
  readonly deltaChars?: number;
}

/** A model that has one complete answer in mind: it says all of it, or, asked to continue a part of it, the rest. */
export function continuing(whole: string, options: ContinuingOptions = {}): Behaviour {
  const { repeatedChars = 0, deltaChars = 5, ...rest } = options;
  return (exchange) => {
    const kept = textToContinue(exchange.request.body);
    const left = whole.slice(Math.max(0, kept.length - repeatedChars));
    const deltas = left.match(new RegExp(`.{1,${deltaChars}}`, 'gsu')) ?? [];
    return answer(deltas, rest)(exchange);
  };
}

/** What a request wants to be continued, by a prefill or by an instruction; `''`: nothing. */
export function textToContinue({ messages = [] }: Asked = {}): string {
  const isInstructed = messages.at(-1)?.content === CONTINUE_INSTRUCTION;
  const said = messages.at(isInstructed ? -2 : -1);
  return said?.role === 'assistant' && typeof said.content === 'string' ? said.content : '';
}

interface Asked {
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[];
}

/** An answer that waits after its first deltas until the test releases it. */
export interface HeldAnswer extends Behaviour {
  release(): void;
}

/** @param rest what follows the release; by default the end of a right answer */
export function hold(deltas: readonly string[], ...rest: readonly Step[]): HeldAnswer {
  const { wait, open } = gate();
  const ending = rest.length > 0 ? rest : [finish(), usage(DEFAULT_USAGE), done(), end()];
  const steps = [head(), role(), ...deltas.map((text) => delta(text)), wait, ...ending];
  return Object.assign(script(...steps), { release: open });
}
