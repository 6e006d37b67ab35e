import { foldToolCalls } from '../../../src/chat/domain/turn-fold.js';
import type { SideDelta } from '../../../src/llm/completion.js';
import type { AnswerRequest } from '../../../src/llm/openai/response/answer-text.js';
import type { AnswerEnd } from '../../../src/llm/openai/response/response-body.js';
import { StreamedAnswer } from '../../../src/llm/openai/response/streamed-answer.js';

/** The calls that side deltas come to. */
export const callsIn = (deltas: readonly SideDelta[]) => foldToolCalls(deltas);

const tool = (name: string) => ({ type: 'function', function: { name } });
/** Offers three tools. */
export const OFFERED: AnswerRequest = {
  messages: [],
  parameters: { tools: ['get_weather', 'get_time', 'edit_existing_file'].map(tool) },
};

/** What a reader gets of an answer. */
export interface Read {
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly deltas: readonly SideDelta[];
  readonly text: string;
  readonly end: AnswerEnd;
}

/** A frame of a stream. */
export const frame = (data: object | string) =>
  Buffer.from(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);

/** What a reader gets of the deltas of a stream that ends so. */
export function read(
  deltas: readonly object[],
  finish: string | null = 'tool_calls',
  request = OFFERED,
): Read {
  const answer = new StreamedAnswer(request);
  const got: SideDelta[] = [];
  let text = '';
  const push = (data: object | string) => {
    text += answer.push(frame(data));
    got.push(...answer.sideDeltas);
  };
  for (const delta of deltas) push({ choices: [{ index: 0, delta }] });
  if (finish !== null) push({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  const end = answer.end();
  got.push(...answer.sideDeltas);
  return { calls: callsIn(got), deltas: got, text: text + end.text, end };
}

/** A delta with one piece of a call. */
export const piece = (call: object, name?: string, json?: unknown) => ({
  tool_calls: [
    { ...call, ...(name !== undefined || json !== undefined ? { function: { name, arguments: json } } : {}) },
  ],
});
