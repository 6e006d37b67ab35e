import type { ToolCallDelta } from '../../llm/completion.js';
import type { ToolCall } from './tool-call.js';
import type { TurnEventBody } from './turn-event.js';

/** A part of an answer, in the order in which the model began it. A commit ends the part before it. */
export type AnswerPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | (ToolCall & { readonly type: 'tool_call'; readonly index: number });

/** The answer of a reader. `committed` is theirs for good; `open` can still be voided. */
export interface FoldedAnswer {
  readonly committed: readonly AnswerPart[];
  readonly open: readonly AnswerPart[];
}

/** The text of such an answer. */
export interface TurnText {
  readonly committed: string;
  readonly open: string;
}

/** The answer after some events: dropped on void, kept across commit. By this rule every reader and the record agree. */
export function foldParts(events: Iterable<TurnEventBody>): FoldedAnswer {
  const committed: AnswerPart[] = [];
  let open: AnswerPart[] = [];
  for (const event of events) {
    switch (event.type) {
      case 'text.delta':
      case 'reasoning.delta': {
        const type = event.type === 'text.delta' ? 'text' : 'reasoning';
        const last = open.at(-1);
        if (last?.type === type) open[open.length - 1] = { type, text: last.text + event.text };
        else open.push({ type, text: event.text });
        break;
      }
      case 'tool_call.delta':
        addToCall(open, event);
        break;
      case 'text.committed':
        committed.push(...open);
        open = [];
        break;
      case 'text.voided':
        open = [];
        break;
      case 'sides.voided':
        open = onlyText(open);
        break;
      default:
    }
  }
  return { committed, open };
}

/** The text after some events. */
export function foldText(events: Iterable<TurnEventBody>): TurnText {
  const { committed, open } = foldParts(events);
  return { committed: textOf(committed), open: textOf(open) };
}

/** The complete reasoning after some events. */
export function foldReasoning(events: Iterable<TurnEventBody>): string {
  const { committed, open } = foldParts(events);
  return textOf([...committed, ...open], 'reasoning');
}

/** The tool calls after some events, in the order in which they began. */
export function foldToolCalls(events: Iterable<TurnEventBody>): ToolCall[] {
  const { committed, open } = foldParts(events);
  return toolCallsOf([...committed, ...open]);
}

/** The complete text after some events. */
export function foldAnswer(events: Iterable<TurnEventBody>): string {
  const { committed, open } = foldText(events);
  return committed + open;
}

/** The text of an answer: its texts, joined; or its reasoning, in the same way. */
export function textOf(parts: readonly AnswerPart[], type: 'text' | 'reasoning' = 'text'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('');
}

/** The tool calls of an answer. */
export function toolCallsOf(parts: readonly AnswerPart[]): ToolCall[] {
  return parts.flatMap((part) => {
    if (part.type !== 'tool_call') return [];
    const { id, name, arguments: json, extraContent } = part;
    return [{ id, name, arguments: json, ...(extraContent && { extraContent }) }];
  });
}

/** What voids the open parts of an answer; null: there are none. */
export function voidOf(open: readonly AnswerPart[]): 'text.voided' | 'sides.voided' | null {
  if (textOf(open) !== '') return 'text.voided';
  return open.length > 0 ? 'sides.voided' : null;
}

/** The texts before and after a part that is void are one. */
function onlyText(parts: readonly AnswerPart[]): AnswerPart[] {
  const text = textOf(parts);
  return text === '' ? [] : [{ type: 'text', text }];
}

/** The pieces of a call may stand between those of others. A piece of a call that was voided belongs to none. */
function addToCall(parts: AnswerPart[], delta: ToolCallDelta): void {
  const { index, id, name = '', arguments: piece } = delta;
  if (id !== undefined) {
    parts.push({ type: 'tool_call', index, id, name, arguments: piece, extraContent: delta.extraContent });
    return;
  }
  const at = parts.findLastIndex((part) => part.type === 'tool_call' && part.index === index);
  const call = parts[at];
  if (call?.type !== 'tool_call') return;
  const extraContent = delta.extraContent ?? call.extraContent;
  parts[at] = { ...call, arguments: call.arguments + piece, extraContent };
}
