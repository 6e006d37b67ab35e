import type { ModelMessage } from '../../../../llm/completion.js';
import { toInputItemId } from '../response-id.js';
import { asObject, findOffered, type OfferedTool, readCustomInput } from '../request/response-tools.js';

type Item = Record<string, unknown>;

/** The messages that a model was given, as items: each has an id of its own. */
export function toInputItems(
  messages: readonly ModelMessage[],
  turnId: string,
  tools: readonly OfferedTool[],
): Item[] {
  const customCalls = new Set<unknown>();
  const items = messages.flatMap((message): Item[] => {
    const { role, content } = message;
    const { tool_call_id: call_id, tool_calls: calls } = asObject(message);
    if (role === 'tool') {
      const type = customCalls.has(call_id) ? 'custom_tool_call_output' : 'function_call_output';
      return [{ type, call_id, output: toOutput(content), status: 'completed' }];
    }
    const said = content === null || content === undefined ? [] : [toMessageItem(role, content)];
    const made = Array.isArray(calls) ? calls.map((call) => toCallItem(asObject(call), tools)) : [];
    for (const { type, call_id: id } of made) if (type === 'custom_tool_call') customCalls.add(id);
    return [...said, ...made];
  });
  return items.map(({ type, ...rest }, index) => ({ type, id: toInputItemId(turnId, index), ...rest }));
}

function toMessageItem(role: string, content: unknown): Item {
  const text = role === 'assistant' ? 'output_text' : 'input_text';
  const parts: readonly unknown[] = Array.isArray(content) ? content : [{ type: 'text', text: content }];
  return {
    type: 'message',
    role,
    status: 'completed',
    content: parts.map((part) => toPart(asObject(part), text)),
  };
}

function toPart(part: Item, textType: string): Item {
  switch (part['type']) {
    case 'text':
      return { type: textType, text: part['text'], ...(textType === 'output_text' && { annotations: [] }) };
    case 'image_url': {
      const { url, detail = 'auto' } = asObject(part['image_url']);
      return { type: 'input_image', image_url: typeof url === 'string' ? url : null, detail };
    }
    case 'file':
      return { type: 'input_file', filename: asObject(part['file'])['filename'] ?? null };
    default:
      return part;
  }
}

function toOutput(content: unknown): unknown {
  return Array.isArray(content) ? content.map((part) => toPart(asObject(part), 'input_text')) : content;
}

function toCallItem({ id: call_id, function: called }: Item, tools: readonly OfferedTool[]): Item {
  const { name, arguments: json } = asObject(called);
  const tool = findOffered(tools, name);
  const common = { call_id, name: tool?.name ?? name, ...(tool?.namespace && { namespace: tool.namespace }) };
  if (tool?.kind !== 'custom')
    return { type: 'function_call', ...common, arguments: json, status: 'completed' };
  return { type: 'custom_tool_call', ...common, input: readCustomInput(String(json)), status: 'completed' };
}
