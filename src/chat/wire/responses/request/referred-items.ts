import { Injectable } from '@nestjs/common';
import { invalidField } from '../../../../common/errors/app-error.js';
import type { ResponseItemDto } from '../response.dto.js';
import { readItemId } from '../response-id.js';
import { StoredResponses } from '../stored/stored-responses.js';
import type { KeptRequest } from './kept-request.js';
import { refuseUnknown } from './refuse-unknown.js';
import { asObject } from './response-tools.js';
import type { InputBudget } from './input-budget.js';

/** The `ai` SDK refers to each item of a dialogue; each response that is referred to is read. */
const MAX_REFERENCES = 1_000;

const UNKNOWN = 'is no item of a stored response of yours: send the item itself';

interface Reference {
  readonly id: string;
  readonly turnId: string;
  readonly place: number;
  readonly pointer: string;
}

/** Puts the items of earlier responses where an input refers to them. */
@Injectable()
export class ReferredItems {
  constructor(private readonly responses: StoredResponses) {}

  /**
   * The items, each reference replaced by its item. Responses are read one after the other: at once they would take all
   * connections of the database.
   * @param budget what the items may be, in bytes: a reference is short, and its item is not
   * @throws AppError `validation_failed` that names the reference
   */
  async resolve(
    clientId: string,
    items: readonly unknown[],
    budget: InputBudget,
  ): Promise<readonly unknown[]> {
    const references = readReferences(items);
    const kept = await this.responses.listKept(clientId, [
      ...new Set([...references.values()].map(({ turnId }) => turnId)),
    ]);
    for (const { turnId, pointer } of references.values())
      if (!kept.has(turnId)) throw invalidField(pointer, UNKNOWN);
    const outputs = new Map<string, readonly ResponseItemDto[]>();
    const found = new Map<number, ResponseItemDto>();
    for (const [index, { id, turnId, place, pointer }] of references) {
      const output =
        outputs.get(turnId) ??
        (await this.readOutput(clientId, turnId, kept.get(turnId)!).catch(refuseUnknown(pointer, UNKNOWN)));
      outputs.set(turnId, output);
      const item = output[place];
      if (item?.id !== id) throw invalidField(pointer, UNKNOWN);
      budget.take(item, '/input');
      found.set(index, item);
    }
    return items.map((item, index) => found.get(index) ?? item);
  }

  private async readOutput(clientId: string, turnId: string, request: KeptRequest) {
    const response = await this.responses.show(await this.responses.open(clientId, turnId, request));
    return response.output;
  }
}

/** By their places in the input. */
function readReferences(items: readonly unknown[]): ReadonlyMap<number, Reference> {
  const references = new Map<number, Reference>();
  const ids = new Set<string>();
  for (const [index, value] of items.entries()) {
    const { type, id } = asObject(value);
    if (type !== 'item_reference') continue;
    const pointer = `/input/${index}/id`;
    const place = typeof id === 'string' ? readItemId(id) : null;
    if (!place || typeof id !== 'string') throw invalidField(pointer, UNKNOWN);
    if (ids.has(id)) throw invalidField(pointer, 'refers to an item a second time: refer to it once');
    ids.add(id);
    if (ids.size > MAX_REFERENCES)
      throw invalidField(
        '/input',
        `has more than ${MAX_REFERENCES} references to items: use previous_response_id, or send the items`,
      );
    references.set(index, { id, turnId: place.turnId, place: place.index, pointer });
  }
  return references;
}
