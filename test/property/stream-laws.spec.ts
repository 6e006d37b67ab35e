import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { from } from 'rxjs';
import type { TurnEvent } from '../../src/chat/domain/turn-event.js';
import { isTerminal } from '../../src/chat/domain/turn-event.js';
import {
  foldAnswer,
  foldParts,
  foldReasoning,
  foldText,
  foldToolCalls,
  textOf,
} from '../../src/chat/domain/turn-fold.js';
import { encodeConversationEvent } from '../../src/chat/wire/conversation/encoder.js';
import { ConversationPresenter } from '../../src/chat/wire/conversation/presenter.js';
import type { ToolCall } from '../../src/chat/domain/tool-call.js';
import type { WholeAnswer } from '../../src/chat/wire/whole-answer.js';
import type { ChatCompletionChunkDto } from '../../src/chat/wire/openai/frames.dto.js';
import { ChunkEncoder } from '../../src/chat/wire/openai/encoder.js';
import { OpenAiPresenter } from '../../src/chat/wire/openai/presenter.js';
import { QA_TRAITS } from '../../src/chat/wire/qa/traits.js';
import { encodeQaEvent } from '../../src/chat/wire/qa/encoder.js';
import type { ReadableTurn } from '../../src/chat/reading/readable-turn.js';
import type { SseFrame } from '../../src/common/http/sse/sse.js';
import { StoredEvents } from '../../src/chat/turn/stored-events.js';
import { newId } from '../../src/common/uuid.js';
import type { AppConfig } from '../../src/config/app-config.js';
import { AppError } from '../../src/common/errors/app-error.js';
import { foldFrames, foldReasoningFrames, type Frame } from '../support/service/sse.js';
import { startVirtualTime, stopVirtualTime } from '../support/time/virtual-time.js';
import { runs } from './runs.js';
import { schedule } from './schedule.js';
import type { EventLogRepository } from '../../src/chat/turn/event-log.repository.js';
import type { TurnEntity } from '../../src/chat/turn/turn.entity.js';
import { Play } from './play.js';

const RUNS = runs(100);
const SEED = process.env['PROPERTY_SEED'];

const replayOf = (row: TurnEntity, afterSeq: number) =>
  new StoredEvents({} as EventLogRepository, [QA_TRAITS]).ofEnded(row, afterSeq);

/**
 * Real: everything from the retries of the model to the events of a reader, on a clock of the test's own.
 * Stand-ins: the model's HTTP client, and the two tables. The times of a run are minutes, and pass in
 * milliseconds; `PROPERTY_RUNS` and `PROPERTY_SEED` say how many runs there are, and which.
 */
describe('A turn, whatever fails', () => {
  beforeAll(() => void Logger.overrideLogger(false));

  it(
    'ends once, and tells every reader what it stores',
    async () => {
      await fc.assert(
        fc.asyncProperty(schedule, async (given) => {
          startVirtualTime();
          try {
            const play = new Play(given);
            await play.toTheEnd();
            expectLaws(play, given.maxRetries);
            await expectAnswers(play);
          } finally {
            jest.clearAllTimers();
            stopVirtualTime();
          }
        }),
        { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
      );
    },
    Math.max(60_000, RUNS * 200),
  );
});

function expectLaws(play: Play, maxRetries: number): void {
  const { model, store } = play;
  expect(model.calls.length).toBeLessThanOrEqual(1 + maxRetries);
  expect(model.open).toBe(0);
  expect(model.calls.slice(0, -1).filter(({ hasToolCall }) => hasToolCall)).toEqual([]);
  if (store.row.status === 'completed') expectWholeAnswer(store.row.answer, model.calls.at(-1)!.whole);
  for (const caller of play.allCallers()) {
    expectOneEnd(caller.events);
    expectVoidsSomething(caller.events, caller.blind);
    expectStoredText(play, caller.events);
    expectUnmixedParts(caller.events);
  }
}

/** White space alone is not continued: the answer begins again behind it. */
function expectWholeAnswer(answer: string, whole: string): void {
  expect(answer.slice(-whole.length)).toBe(whole);
  expect(answer.slice(0, -whole.length).trim()).toBe('');
}

function expectOneEnd(events: readonly TurnEvent[]): void {
  expect(events.filter(isTerminal)).toEqual([events.at(-1)]);
}

/** @param blind events of a connection whose reader may or may not have them */
function expectVoidsSomething(events: readonly TurnEvent[], blind: ReadonlySet<TurnEvent>): void {
  for (const [index, event] of events.entries()) {
    if (blind.has(event)) continue;
    const { open } = foldParts(events.slice(0, index));
    if (event.type === 'text.voided') expect(textOf(open)).not.toBe('');
    if (event.type === 'sides.voided') expect(open.some(({ type }) => type !== 'text')).toBe(true);
  }
}

/** The reasoning of an attempt is one digit, again and again; a call has the beginning of the arguments that it names. */
function expectUnmixedParts(events: readonly TurnEvent[]): void {
  const { committed, open } = foldParts(events);
  for (const part of [...committed, ...open]) {
    if (part.type === 'reasoning') expect(new Set(part.text).size).toBe(1);
    if (part.type === 'tool_call') expect(part.name.startsWith(`of ${part.arguments}`)).toBe(true);
  }
}

function expectStoredText({ store }: Play, events: readonly TurnEvent[]): void {
  const { row } = store;
  const end = events.at(-1)!;
  if (isAtOdds(row, end)) {
    // The owner had lost its database: a returning reader gets the real end after all.
    if (row.variant !== 'qa') return;
    const all = [...events, ...replayOf(row, end.seq)];
    expect(foldAnswer(all)).toBe(row.answer);
    expect(foldReasoning(all)).toBe(row.reasoning);
    expect(foldToolCalls(all)).toEqual(row.toolCalls);
    return;
  }
  expectStoredReasoning(row, events);
  expectStoredCalls(row, events);
  if (row.variant !== 'qa' && row.errorCode === 'turn_interrupted' && foldAnswer(events) !== row.answer) {
    // The one exception: these variants cannot void what was said and is lost.
    expect(foldAnswer(events).startsWith(row.answer)).toBe(true);
    expect(end).toMatchObject({ storedChars: row.answer.length });
    return;
  }
  expect(foldAnswer(events)).toBe(row.answer);
  for (const index of events.keys()) {
    expect(row.answer.startsWith(foldText(events.slice(0, index + 1)).committed)).toBe(true);
  }
}

/** After the death of the owner a wire that cannot void leaves its readers with reasoning that is lost. */
function expectStoredReasoning(row: TurnEntity, events: readonly TurnEvent[]): void {
  const reasoning = foldReasoning(events);
  if (row.variant !== 'qa' && row.errorCode === 'turn_interrupted')
    expect(reasoning.startsWith(row.reasoning)).toBe(true);
  else expect(reasoning).toBe(row.reasoning);
}

/** As with the reasoning: what is stored is the beginning of what a reader has. */
function expectStoredCalls(
  { toolCalls, variant, errorCode }: TurnEntity,
  events: readonly TurnEvent[],
): void {
  const read = foldToolCalls(events);
  if (variant === 'qa' || errorCode !== 'turn_interrupted') return expect(read).toEqual(toolCalls);
  for (const [place, stored] of toolCalls.entries()) {
    expect(read[place]).toMatchObject({ id: stored.id, name: stored.name });
    expect(read[place]!.arguments.startsWith(stored.arguments)).toBe(true);
  }
}

/** Whether the reader got another end than the stored one. */
function isAtOdds(row: TurnEntity, end: TurnEvent): boolean {
  return (
    end.type === 'turn.failed' &&
    end.error.code === 'database_unavailable' &&
    end.error.code !== row.errorCode
  );
}

/** What the watcher got, as each route would have given it, and what it gets who comes after the end. */
async function expectAnswers({ store, watcher }: Play): Promise<void> {
  const { row } = store;
  const events = watcher?.events ?? replayOf(row, 0);
  const frames = toFrames(row.variant, events);
  expect(foldFrames(frames)).toBe(foldAnswer(events));
  expect(foldReasoningFrames(frames)).toBe(foldReasoning(events));
  if (row.variant === 'openai') expect(foldCallChunks(events)).toEqual(foldToolCalls(events));
  // Behind everything that is stored, a reader may have what has to be void.
  if (!watcher?.blind.size) expectOtherReader(row, toFrames(row.variant, events, false));
  const step = Math.ceil(events.length / 20);
  for (let seen = 0; seen <= events.length; seen += step) {
    const before = events.slice(0, seen).filter((event) => !isTerminal(event));
    const after = replayOf(row, before.at(-1)?.seq ?? 0);
    expectOneEnd(after);
    expectStoredText({ store } as Play, [...before, ...after]);
  }
  if (row.variant === 'qa') return;
  const readable = { id: row.id, variant: row.variant, model: 'm', events$: from(events) };
  const answer = readAnswer(readable);
  const end = events.at(-1)!;
  if (end.type === 'turn.failed') await expect(answer).rejects.toThrow(AppError);
  else {
    const { answer: text, reasoning, toolCalls } = row;
    expect(await answer).toEqual({ text, reasoning: reasoning || undefined, toolCalls });
  }
}

/** A reader that did not ask for the reasoning: it gets the same text, and no RETRYING that drops nothing. */
function expectOtherReader({ variant }: TurnEntity, frames: readonly Frame[]): void {
  if (variant === 'openai') return;
  expect(foldReasoningFrames(frames)).toBe('');
  let open = '';
  for (const { text, data, action } of frames) {
    if (action === 'RETRYING') expect(open).not.toBe('');
    open = action ? '' : open + (text ?? data ?? '');
  }
}

async function readAnswer(turn: ReadableTurn): Promise<Omit<WholeAnswer, 'finishReason' | 'usage'>> {
  const { signal: disconnected } = new AbortController();
  if (turn.variant === 'conversation') {
    const presenter = new ConversationPresenter({} as AppConfig);
    const { text, reasoning } = await presenter.answer(turn, { disconnected, withReasoning: true });
    return { text, reasoning, toolCalls: [] };
  }
  const form = { disconnected, asFunctionCall: false };
  const { choices } = await new OpenAiPresenter({} as AppConfig).answer(turn, form);
  const { content, reasoning_content: reasoning, tool_calls: calls = [] } = choices[0]!.message;
  return {
    text: content ?? '',
    reasoning,
    toolCalls: calls.map(({ id, function: called }) => ({ id, ...called })),
  };
}

/** As a client of the OpenAI API puts the calls of a stream together. */
function foldCallChunks(events: readonly TurnEvent[]): ToolCall[] {
  const calls: ToolCall[] = [];
  const encode = encoderOf('openai', true);
  const frames = events.flatMap((event) => encode(event)).filter(({ data }) => data !== '[DONE]');
  const chunks = frames.map(({ data }) => JSON.parse(data) as Partial<ChatCompletionChunkDto>);
  const deltas = chunks.flatMap(({ choices }) => choices?.[0]?.delta.tool_calls ?? []);
  for (const { index, id = '', function: called } of deltas) {
    const before = calls[index] ?? { id: '', name: '', arguments: '' };
    calls[index] = {
      id: before.id + id,
      name: before.name + (called.name ?? ''),
      arguments: before.arguments + called.arguments,
    };
  }
  return calls;
}

function toFrames(variant: string, events: readonly TurnEvent[], withReasoning = true): Frame[] {
  const encode = encoderOf(variant, withReasoning);
  return events
    .flatMap((event) => encode(event))
    .flatMap(({ data }) =>
      data === '[DONE]' ? [] : [toFrame(JSON.parse(data) as Frame & Partial<ChatCompletionChunkDto>)],
    );
}

function encoderOf(variant: string, withReasoning: boolean): (event: TurnEvent) => SseFrame[] {
  const context = { path: '/', requestId: 'r' };
  const stream = {
    messageId: 'id',
    conversationId: 'c',
    withIds: true,
    chatId: 'id',
    context,
    withReasoning,
  };
  const chunks = new ChunkEncoder({ id: newId(), model: 'm', withUsage: true, asFunctionCall: false });
  switch (variant) {
    case 'qa':
      return (event) => encodeQaEvent(stream, event);
    case 'conversation':
      return (event) => encodeConversationEvent(stream, event);
    default:
      return (event) => chunks.encode(event);
  }
}

/** A chunk has its text in the field of the QA API. */
function toFrame(frame: Frame & Partial<ChatCompletionChunkDto>): Frame {
  const { content = '', reasoning_content: reasoning } = frame.choices?.[0]?.delta ?? {};
  return frame.choices ? { data: content, reasoning } : frame;
}
