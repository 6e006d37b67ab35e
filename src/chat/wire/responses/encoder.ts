import type { AppError } from '../../../common/errors/app-error.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import { secondsOf } from '../../../common/uuid.js';
import type { ToolCallDelta } from '../../../llm/completion.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ResponseEventDto } from './events.dto.js';
import { type KeptRequest, toEcho } from './request/kept-request.js';
import {
  type EventBody,
  OutputCall,
  type OutputItem,
  OutputMessage,
  OutputReasoning,
} from './output-items.js';
import type { ResponseObjectDto } from './response.dto.js';
import { type ResponseEnding, toEnding, toFailedEnding } from './response-ending.js';
import { toResponseId } from './response-id.js';
import { findOffered, type OfferedTool, readOfferedTools } from './request/response-tools.js';

/** What a response has beside the events of its turn. */
export interface ResponseHead {
  /** The turn. */
  readonly id: string;
  readonly model: string;
  readonly conversationId?: string;
  readonly request: KeptRequest;
}

const DONE = { data: '[DONE]' };

/**
 * Encodes the events of one turn, as the events of a stream and as one response. Both are made of the same items: a reader
 * that folds the stream has the response.
 */
export class ResponseEncoder {
  private readonly common: ResponseObjectDto;
  private readonly tools: readonly OfferedTool[];
  private readonly items: OutputItem[] = [];
  private readonly calls = new Map<number, OutputCall>();
  /** The message or reasoning that grows. */
  private prose?: OutputMessage | OutputReasoning;
  private ending?: ResponseEnding;
  private count = 0;

  constructor(private readonly head: ResponseHead) {
    const { id, model, conversationId, request } = head;
    this.tools = readOfferedTools(request['tools'] as readonly unknown[] | undefined);
    this.common = {
      id: toResponseId(id),
      object: 'response',
      created_at: secondsOf(id),
      completed_at: null,
      status: 'in_progress',
      incomplete_details: null,
      model,
      ...toEcho(request, conversationId),
      output: [],
      error: null,
      usage: null,
    };
  }

  /** Whether the turn has failed. */
  get hasFailed(): boolean {
    return this.ending?.status === 'failed';
  }

  /** The response after the events so far. */
  get response(): ResponseObjectDto {
    return { ...this.common, output: this.items.map((item) => item.toDto()), ...this.ending };
  }

  /** The frames of an event, in order. */
  encode(event: TurnEvent): SseFrame[] {
    const frames = this.take(event).map(({ type, ...rest }): SseFrame => {
      const numbered: ResponseEventDto = { type, sequence_number: this.count++, ...rest };
      return { type, data: JSON.stringify(numbered) };
    });
    const isEnd = event.type === 'turn.completed' || event.type === 'turn.cancelled';
    return isEnd ? [...frames, DONE] : frames;
  }

  /** Takes an event into the response; returns what a stream shows of it. */
  take(event: TurnEvent): EventBody[] {
    switch (event.type) {
      case 'turn.started':
        return [this.complete('response.created'), this.complete('response.in_progress')];
      case 'text.delta':
        return this.addProse(OutputMessage, event.text);
      case 'reasoning.delta':
        return this.addProse(OutputReasoning, event.text);
      case 'tool_call.delta':
        return this.addToCall(event);
      case 'turn.completed':
        return this.end(toEnding(event.finishReason, event.usage));
      case 'turn.cancelled':
        return this.end(toEnding('cancelled', event.usage));
      case 'turn.failed':
        return this.fail(event.error);
      case 'sources.retrieved':
      case 'text.committed':
      case 'text.voided':
      case 'sides.voided':
        return [];
    }
  }

  private addProse(Kind: typeof OutputMessage | typeof OutputReasoning, text: string): EventBody[] {
    if (this.prose instanceof Kind) return this.prose.add(text);
    const closed = this.closeProse();
    const item = new Kind(this.nextPlace());
    this.prose = item;
    return [...closed, ...this.begin(item), ...item.add(text)];
  }

  /** The pieces of a call may stand between those of others: calls end with the answer. */
  private addToCall(delta: ToolCallDelta): EventBody[] {
    const { index, name } = delta;
    const known = this.calls.get(index);
    if (known) return known.add(delta);
    const closed = this.closeProse();
    const call = new OutputCall(this.nextPlace(), delta, findOffered(this.tools, name));
    this.calls.set(index, call);
    return [...closed, ...this.begin(call), ...call.add(delta)];
  }

  private closeProse(): EventBody[] {
    const closed = this.prose?.close('completed') ?? [];
    this.prose = undefined;
    return closed;
  }

  private begin(item: OutputItem): EventBody[] {
    this.items.push(item);
    return item.open();
  }

  private nextPlace() {
    return { turnId: this.head.id, index: this.items.length };
  }

  private end(ending: ResponseEnding): EventBody[] {
    this.ending = ending;
    const isWhole = ending.status === 'completed';
    const closed = this.closeAll(isWhole ? 'completed' : 'incomplete');
    return [...closed, this.complete(isWhole ? 'response.completed' : 'response.incomplete')];
  }

  /** Client libraries throw at `error`; programs that read events know `response.failed`. */
  private fail(failure: AppError): EventBody[] {
    const { error, ending } = toFailedEnding(failure);
    this.ending = ending;
    const closed = this.closeAll('incomplete');
    return [...closed, { type: 'error', error }, this.complete('response.failed')];
  }

  private closeAll(status: 'completed' | 'incomplete'): EventBody[] {
    return this.items.flatMap((item) => item.close(status));
  }

  private complete(type: EventBody['type']): EventBody {
    return { type, response: this.response };
  }
}
