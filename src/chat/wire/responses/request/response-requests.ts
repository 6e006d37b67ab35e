import { Injectable } from '@nestjs/common';
import { AppError, invalidField } from '../../../../common/errors/app-error.js';
import type { ModelMessage } from '../../../../llm/completion.js';
import type { TurnRequest } from '../../../domain/turn-request.js';
import { decodeResponseRequest, itemsOf } from './decoder.js';
import type { ResponseRequestDto } from './request.dto.js';
import type { ResponseObjectDto } from '../response.dto.js';
import { readItemId, toResponseId } from '../response-id.js';
import { toMessages } from './response-input.js';
import { asObject } from './response-tools.js';
import { StoredResponses } from '../stored/stored-responses.js';
import { withoutReferences } from '../stored/without-references.js';

/** Responses that are read for one request: thousands would take the database from others, and most of them for nothing. */
const AT_ONCE = 8;

/** Decodes requests, and finds what they refer to: an earlier response, and items of earlier responses. */
@Injectable()
export class ResponseRequests {
  constructor(private readonly responses: StoredResponses) {}

  /** @throws AppError `validation_failed`, also for what the client does not have */
  async decode(clientId: string, body: ResponseRequestDto): Promise<TurnRequest> {
    const [previous, items] = await Promise.all([
      this.findPrevious(clientId, body),
      this.resolveItems(clientId, itemsOf(body)),
    ]);
    return decodeResponseRequest(body, { previous, items });
  }

  private async findPrevious(
    clientId: string,
    { previous_response_id: id }: ResponseRequestDto,
  ): Promise<readonly ModelMessage[]> {
    if (id === null || id === undefined) return [];
    const stored = await this.responses
      .find(clientId, id)
      .catch(refuseUnknown('/previous_response_id', 'is no response of yours that was stored'));
    const { status } = stored.turn;
    if (status === 'running' || status === 'failed')
      throw invalidField(
        '/previous_response_id',
        'is a response that has no answer: it failed, or is in progress',
      );
    const [input, { output }] = await Promise.all([
      this.responses.readInput(stored),
      this.responses.show(stored),
    ]);
    return [...withoutReferences(input), ...toMessages(output)];
  }

  private async resolveItems(clientId: string, items: readonly unknown[]): Promise<readonly unknown[]> {
    const found = new Map<string, Promise<ResponseObjectDto>>();
    const resolve = async (index: number): Promise<unknown> => {
      const { id } = asObject(items[index]);
      const place = typeof id === 'string' ? readItemId(id) : null;
      const pointer = `/input/${index}/id`;
      const fault = 'is no item of a stored response of yours: send the item itself';
      if (!place) throw invalidField(pointer, fault);
      const responseId = toResponseId(place.turnId);
      if (!found.has(responseId)) found.set(responseId, this.responses.get(clientId, responseId));
      const { output } = await found.get(responseId)!.catch(refuseUnknown(pointer, fault));
      const item = output[place.index];
      if (item?.id !== id) throw invalidField(pointer, fault);
      return item;
    };
    const resolved = [...items];
    const references = [...items.keys()].filter(
      (index) => asObject(items[index])['type'] === 'item_reference',
    );
    for (let at = 0; at < references.length; at += AT_ONCE)
      await Promise.all(
        references.slice(at, at + AT_ONCE).map(async (index) => (resolved[index] = await resolve(index))),
      );
    return resolved;
  }
}

/** What a request refers to is a fault of the request, not of its path. */
function refuseUnknown(pointer: string, detail: string) {
  return (error: unknown): never => {
    throw error instanceof AppError && error.code === 'not_found' ? invalidField(pointer, detail) : error;
  };
}
