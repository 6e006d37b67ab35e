import { Enum, Example, Integer } from '../../../common/api/fields.js';
import { OpenAiErrorDetailDto } from '../v1-errors.dto.js';
import { ResponseObjectDto, ResponseItemDto, ResponsePartDto } from './response.dto.js';

const EVENT_TYPES = [
  'response.created',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  'response.reasoning_summary_part.added',
  'response.reasoning_summary_text.delta',
  'response.reasoning_summary_text.done',
  'response.reasoning_summary_part.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'response.custom_tool_call_input.delta',
  'response.custom_tool_call_input.done',
  'response.output_item.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'error',
] as const;

export type ResponseEventType = (typeof EVENT_TYPES)[number];

/** An event of a stream; `type` says which members it has. */
export class ResponseEventDto {
  @Example('response.output_text.delta') @Enum('ResponseEventType', EVENT_TYPES) type!: ResponseEventType;
  /** Counts the events of this stream from 0 */
  @Example(4) @Integer({ min: 0 }) sequence_number!: number;
  /** The response so far; at the end, complete */
  response?: ResponseObjectDto;
  /** The place of the item in the output */
  @Example(0) @Integer({ min: 0 }) output_index?: number;
  item?: ResponseItemDto;
  @Example('msg_01938f5e7a307cc08d2b0a4e5c1f9b11_0') item_id?: string;
  @Example(0) @Integer({ min: 0 }) content_index?: number;
  /** Of reasoning @example 0 */
  @Integer({ min: 0 }) summary_index?: number;
  part?: ResponsePartDto;
  /** More of the text, the reasoning, the arguments or the input, not cumulative @example 'Send ' */
  delta?: string;
  /** All of it */
  text?: string;
  arguments?: string;
  input?: string;
  name?: string;
  /** Of text: always empty */
  logprobs?: string[];
  error?: OpenAiErrorDetailDto;
}
