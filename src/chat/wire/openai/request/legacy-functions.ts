import type { ModelMessage, ModelParameters } from '../../../../llm/completion.js';
import type { ChatCompletionRequestDto } from '../request.dto.js';

/** What tools were before they were tools. */
interface Legacy {
  readonly functions?: unknown;
  readonly function_call?: unknown;
}

interface FunctionCall {
  readonly name: string;
  readonly arguments: string;
}

/** Whether a request offers tools in their former form. */
export function usesFunctions({ functions }: Legacy): boolean {
  return hasSome(functions);
}

/** Whether its caller has `functions`, or calls of them, and no tools, and so reads `function_call` in an answer. */
export function readsFunctionCall(body: ChatCompletionRequestDto): boolean {
  return !hasSome(body.tools) && (usesFunctions(body) || body.messages.some((one) => one.function_call));
}

function hasSome(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

/** `functions` and `function_call` as `tools` and `tool_choice`; none: nothing. */
export function toolsOfFunctions(body: Legacy): ModelParameters {
  if (!usesFunctions(body)) return {};
  const { functions, function_call: choice } = body;
  const tools = (functions as unknown[]).map((described) => ({ type: 'function', function: described }));
  return { tools, tool_choice: typeof choice === 'object' && choice ? named(choice) : choice };
}

function named({ name }: { name?: unknown }): object {
  return { type: 'function', function: { name } };
}

/**
 * Messages with `function_call` and of the role `function` in the form of tools; all others as they are. The former form has
 * no ids: a result belongs to the call before it. The ids are the same for the same messages.
 */
export function withToolCalls(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  let id = '';
  return messages.map((message, index) => {
    if (message.role === 'assistant' && 'function_call' in message && message.function_call) {
      const { function_call: call, ...rest } = message as ModelMessage & { function_call: FunctionCall };
      id = `call_${index}`;
      return { ...rest, tool_calls: [{ id, type: 'function', function: call }] };
    }
    return message.role === 'function'
      ? { ...message, role: 'tool', tool_call_id: id || `call_${index}` }
      : message;
  });
}
