import type { ToolCallDelta } from '../../../llm/completion.js';
import type { ToolCall } from '../../domain/tool-call.js';
import type {
  ChatCompletionAnswerDto,
  ChatCompletionDeltaDto,
  ChatCompletionToolCallDto,
} from './frames.dto.js';

/** The members of an answer that show its calls: `{}` for none. A `function_call` is one call: it shows the first. */
export function encodeToolCalls(
  calls: readonly ToolCall[],
  asFunctionCall: boolean,
): Pick<ChatCompletionAnswerDto, 'tool_calls' | 'function_call'> {
  const [first] = calls;
  if (!first) return {};
  if (asFunctionCall) return { function_call: { name: first.name, arguments: first.arguments } };
  return { tool_calls: calls.map(encodeToolCall) };
}

function encodeToolCall({ id, name, arguments: json, extraContent }: ToolCall): ChatCompletionToolCallDto {
  return { id, type: 'function', function: { name, arguments: json }, extra_content: extraContent };
}

/** What a delta of a call adds; null: nothing that the caller reads. */
export function encodeToolCallDelta(
  delta: ToolCallDelta,
  asFunctionCall: boolean,
): ChatCompletionDeltaDto | null {
  const { index, id, name, arguments: piece, extraContent: extra_content } = delta;
  if (asFunctionCall) return index === 0 ? { function_call: { name, arguments: piece } } : null;
  const called = { name, arguments: piece };
  if (id !== undefined)
    return { tool_calls: [{ index, id, type: 'function', function: called, extra_content }] };
  return { tool_calls: [{ index, function: called, extra_content }] };
}
