import type { ExtraContent, ToolCallDelta } from '../../../llm/completion.js';
import type { ResponseEventDto } from './events.dto.js';
import type { ResponseItemDto, ResponsePartDto } from './response.dto.js';
import { toItemId } from './response-id.js';
import { type OfferedTool, readCustomInput } from './request/response-tools.js';

/** An event of a stream before it has its number. */
export type EventBody = Omit<ResponseEventDto, 'sequence_number'>;

type Status = NonNullable<ResponseItemDto['status']>;

/** Where an item is: in which turn, and at which place of its output. */
interface Place {
  readonly turnId: string;
  readonly index: number;
}

/** An item of the output while it grows: it says how a stream shows it, and what it is in a response. */
export interface OutputItem {
  /** What begins it. */
  open(): EventBody[];
  /** What ends it; no event: it has ended before. */
  close(status: Status): EventBody[];
  toDto(): ResponseItemDto;
}

/** What a model says: a message of one text. */
export class OutputMessage implements OutputItem {
  private text = '';
  private status: Status = 'in_progress';
  private readonly at: {
    readonly item_id: string;
    readonly output_index: number;
    readonly content_index: number;
  };

  constructor({ turnId, index }: Place) {
    this.at = { item_id: toItemId('msg', turnId, index), output_index: index, content_index: 0 };
  }

  open(): EventBody[] {
    const { output_index } = this.at;
    const item = { ...this.toDto(), content: [] };
    return [
      { type: 'response.output_item.added', output_index, item },
      { type: 'response.content_part.added', ...this.at, part: textPart('') },
    ];
  }

  add(delta: string): EventBody[] {
    this.text += delta;
    return [{ type: 'response.output_text.delta', ...this.at, delta, logprobs: [] }];
  }

  close(status: Status): EventBody[] {
    if (this.status !== 'in_progress') return [];
    this.status = status;
    const { at, text } = this;
    return [
      { type: 'response.output_text.done', ...at, text, logprobs: [] },
      { type: 'response.content_part.done', ...at, part: textPart(text) },
      { type: 'response.output_item.done', output_index: at.output_index, item: this.toDto() },
    ];
  }

  toDto(): ResponseItemDto {
    const { at, status, text } = this;
    return { type: 'message', id: at.item_id, status, role: 'assistant', content: [textPart(text)] };
  }
}

/**
 * What a model thinks. A stream shows it as a summary, the one form that all clients and the models of the Open Responses
 * specification know; the item has it as content, too, where a client reads that alone.
 */
export class OutputReasoning implements OutputItem {
  private text = '';
  private isOpen = true;
  private readonly at: {
    readonly item_id: string;
    readonly output_index: number;
    readonly summary_index: number;
  };

  constructor({ turnId, index }: Place) {
    this.at = { item_id: toItemId('rs', turnId, index), output_index: index, summary_index: 0 };
  }

  open(): EventBody[] {
    const { item_id: id, output_index } = this.at;
    const item: ResponseItemDto = { type: 'reasoning', id, summary: [], content: [] };
    return [
      { type: 'response.output_item.added', output_index, item },
      { type: 'response.reasoning_summary_part.added', ...this.at, part: { type: 'summary_text', text: '' } },
    ];
  }

  add(delta: string): EventBody[] {
    this.text += delta;
    return [{ type: 'response.reasoning_summary_text.delta', ...this.at, delta }];
  }

  close(): EventBody[] {
    if (!this.isOpen) return [];
    this.isOpen = false;
    const { at, text } = this;
    return [
      { type: 'response.reasoning_summary_text.done', ...at, text },
      { type: 'response.reasoning_summary_part.done', ...at, part: { type: 'summary_text', text } },
      { type: 'response.output_item.done', output_index: at.output_index, item: this.toDto() },
    ];
  }

  toDto(): ResponseItemDto {
    const { text } = this;
    return {
      type: 'reasoning',
      id: this.at.item_id,
      summary: [{ type: 'summary_text', text }],
      content: [{ type: 'reasoning_text', text }],
    };
  }
}

/** A call of a tool. A custom tool's input is shown at its end: until then it is a piece of JSON. */
export class OutputCall implements OutputItem {
  private json = '';
  private extraContent?: ExtraContent;
  private status: Status = 'in_progress';
  private readonly id: string;
  private readonly isCustom: boolean;

  constructor(
    private readonly place: Place,
    private readonly call: ToolCallDelta,
    private readonly tool?: OfferedTool,
  ) {
    this.isCustom = tool?.kind === 'custom';
    this.id = toItemId(this.isCustom ? 'ctc' : 'fc', place.turnId, place.index);
  }

  open(): EventBody[] {
    return [{ type: 'response.output_item.added', output_index: this.place.index, item: this.toDto() }];
  }

  add({ arguments: delta, extraContent }: Pick<ToolCallDelta, 'arguments' | 'extraContent'>): EventBody[] {
    this.json += delta;
    this.extraContent ??= extraContent;
    if (this.isCustom || delta === '') return [];
    return [{ type: 'response.function_call_arguments.delta', ...this.at, delta }];
  }

  close(status: Status): EventBody[] {
    if (this.status !== 'in_progress') return [];
    this.status = status;
    const item = this.toDto();
    const done: EventBody = { type: 'response.output_item.done', output_index: this.place.index, item };
    const { at, json } = this;
    if (!this.isCustom)
      return [
        { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: json },
        done,
      ];
    const { input = '' } = item;
    return [
      { type: 'response.custom_tool_call_input.delta', ...at, delta: input },
      { type: 'response.custom_tool_call_input.done', ...at, input },
      done,
    ];
  }

  toDto(): ResponseItemDto {
    const { id, status, json, tool } = this;
    const name = tool?.name ?? this.call.name ?? '';
    const common = {
      id,
      status,
      call_id: this.call.id ?? id,
      name,
      ...(tool?.namespace && { namespace: tool.namespace }),
      ...(this.extraContent && { extra_content: this.extraContent }),
    };
    if (!this.isCustom) return { type: 'function_call', ...common, arguments: json };
    return {
      type: 'custom_tool_call',
      ...common,
      input: status === 'in_progress' ? '' : readCustomInput(json),
    };
  }

  private get at() {
    return { item_id: this.id, output_index: this.place.index };
  }
}

function textPart(text: string): ResponsePartDto {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
