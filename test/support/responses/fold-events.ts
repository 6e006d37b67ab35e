import type { Json, ReceivedEvent, ReceivedItem } from './responses.js';

type Item = Record<string, unknown>;

/** The member of an item that a delta of this type is about, as readers of a stream add to it. */
const GROWS: Readonly<Record<string, 'content' | 'summary' | 'arguments' | 'input'>> = {
  'response.output_text.delta': 'content',
  'response.reasoning_summary_text.delta': 'summary',
  'response.function_call_arguments.delta': 'arguments',
  'response.custom_tool_call_input.delta': 'input',
};

/**
 * What a reader has that believes deltas alone: it adds each to its item, and takes from the events that end an item its
 * status only.
 * @throws Error for a delta of an item that was not added, or that has ended
 */
export function foldOutput(events: readonly ReceivedEvent[]): Item[] {
  const items: Item[] = [];
  const ended = new Set<number>();
  for (const { type, item, delta, output_index: index = -1 } of events) {
    if (type === 'response.output_item.added') {
      if (index !== items.length) throw new Error(`Item ${index} comes after ${items.length} others`);
      items.push({ ...item });
    }
    if (type === 'response.output_item.done') {
      items[index] = { ...items[index], status: item!['status'] };
      ended.add(index);
    }
    const member = GROWS[type];
    if (member === undefined) continue;
    const grown = items[index];
    if (!grown || ended.has(index)) throw new Error(`A delta of item ${index}, which is not open`);
    const before = grown[member];
    grown[member] = (typeof before === 'string' ? before : '') + delta!;
  }
  return items;
}

/** The same of the items of a response: each text instead of its parts. */
export function toFolded(output: readonly ReceivedItem[]): Json[] {
  const textOf = (parts: unknown) => (parts as { text: string }[]).map(({ text }) => text).join('');
  return output.map((item) => ({
    ...item,
    ...('summary' in item && { summary: textOf(item['summary']), content: [], status: undefined }),
    ...(item.type === 'message' && { content: textOf(item.content) }),
  }));
}
