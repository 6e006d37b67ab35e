import type { ModelMessage, ModelParameters } from '../../../../llm/completion.js';

/** What tools were before they were tools. */
interface Legacy {
  readonly functions?: unknown;
  readonly function_call?: unknown;
}

interface FunctionCall {
  readonly name: string;
  readonly arguments: string;
}

/** Whether a caller uses the former form of tools, and reads an answer with calls in that form alone. */
export function usesFunctions({ functions }: Legacy): boolean {
  return Array.isArray(functions) && functions.length > 0;
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
