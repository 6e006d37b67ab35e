import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { MODEL, type Reply } from './conversation.js';

type Spoken = Extract<Reply, { kind: 'text' | 'call' }>;

const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** Between two chunks, in ms. */
const PAUSE_MS = 15;

/** A slow answer takes a minute, which is longer than any client waits here. */
const SLOW_PAUSE_MS = 250;
const SLOW_WORDS = 240;

let calls = 0;

/** The reply as the JSON of a chat completion. */
export function completionOf(reply: Spoken): object {
  const message =
    reply.kind === 'call'
      ? { role: 'assistant', content: null, tool_calls: [callOf(reply, reply.arguments)] }
      : { role: 'assistant', content: reply.text, ...thinkingOf(reply) };
  const choices = [{ index: 0, message, finish_reason: reasonOf(reply) }];
  return { ...head('chat.completion'), choices, usage: USAGE };
}

/** The reply as the frames of a stream: text by words, the arguments of a call in two pieces. */
export function chunksOf(reply: Spoken, hasUsage: boolean): string[] {
  const chunks = [
    chunk({ role: 'assistant', content: reply.kind === 'call' ? null : '' }),
    ...deltasOf(reply).map((delta) => chunk(delta)),
    chunk({}, reasonOf(reply)),
    ...(hasUsage ? [{ ...head('chat.completion.chunk'), choices: [], usage: USAGE }] : []),
  ];
  return [...chunks.map((frame) => `data: ${JSON.stringify(frame)}\n\n`), 'data: [DONE]\n\n'];
}

/** @param isCut whether the connection breaks after the frames */
export async function stream(
  response: ServerResponse,
  frames: readonly string[],
  isCut = false,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const frame of frames) {
    response.write(frame);
    await pause(PAUSE_MS);
  }
  if (isCut) response.destroy();
  else response.end();
}

/** Says a word four times a second, until the other side closes the connection. */
export async function speakSlowly(response: ServerResponse, isStream: boolean): Promise<void> {
  if (isStream) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let word = 0; word < SLOW_WORDS && !response.destroyed; word++) {
    if (isStream) response.write(`data: ${JSON.stringify(chunk({ content: `word ${word} ` }))}\n\n`);
    await pause(SLOW_PAUSE_MS);
  }
  response.end(isStream ? 'data: [DONE]\n\n' : JSON.stringify(completionOf({ kind: 'text', text: 'late' })));
}

function deltasOf(reply: Spoken): object[] {
  if (reply.kind === 'text') {
    const words = reply.text.match(/\s*\S+/g) ?? [];
    const thoughts = reply.thinking?.match(/\s*\S+/g) ?? [];
    return [
      ...thoughts.map((reasoning_content) => ({ reasoning_content })),
      ...words.map((content) => ({ content })),
    ];
  }
  const middle = Math.ceil(reply.arguments.length / 2);
  const begin = { index: 0, ...callOf(reply, reply.arguments.slice(0, middle)) };
  const rest = { index: 0, function: { arguments: reply.arguments.slice(middle) } };
  return [{ tool_calls: [begin] }, { tool_calls: [rest] }];
}

function callOf({ name }: Extract<Reply, { kind: 'call' }>, text: string): object {
  return { id: `call_test${++calls}`, type: 'function', function: { name, arguments: text } };
}

function thinkingOf({ thinking }: Extract<Reply, { kind: 'text' }>): object {
  return thinking === undefined ? {} : { reasoning_content: thinking };
}

function reasonOf({ kind }: Spoken): string {
  return kind === 'call' ? 'tool_calls' : 'stop';
}

function chunk(delta: object, finish_reason: string | null = null): object {
  return { ...head('chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason }] };
}

function head(object: string): object {
  return { id: 'chatcmpl-test', object, created: Math.floor(Date.now() / 1_000), model: MODEL };
}
