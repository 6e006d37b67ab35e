import { Injectable } from '@nestjs/common';
import { firstValueFrom, toArray } from 'rxjs';
import { AppError, notFound } from '../../../../common/errors/app-error.js';
import type { ModelMessage } from '../../../../llm/completion.js';
import { TurnContextRepository } from '../../../context/turn-context.repository.js';
import { TurnStreams } from '../../../reading/turn-streams.js';
import { WireRequestRepository } from '../../../turn/wire-request.repository.js';
import { areInstructions, isKept, type KeptRequest } from '../request/kept-request.js';
import { toResponse } from '../presenter.js';
import type { ResponseObjectDto } from '../response.dto.js';
import { readResponseId } from '../response-id.js';
import { RESPONSES_TRAITS } from '../traits.js';

/** A response that can be read again. */
export interface StoredResponse {
  readonly turn: Awaited<ReturnType<TurnStreams['get']>>;
  readonly request: KeptRequest;
}

/** The responses of a client. Another client's do not exist here, nor those that were not to be stored. */
@Injectable()
export class StoredResponses {
  constructor(
    private readonly streams: TurnStreams,
    private readonly requests: WireRequestRepository,
    private readonly contexts: TurnContextRepository,
  ) {}

  /** @throws AppError `not_found` */
  async find(clientId: string, responseId: string): Promise<StoredResponse> {
    const turnId = readResponseId(responseId);
    const request = turnId && (await this.requests.find(clientId, turnId, RESPONSES_TRAITS.name));
    if (!turnId || !request || !isKept(request)) throw notFound('response');
    return this.open(clientId, turnId, request);
  }

  /** The response of a turn, of which the request is known. @throws AppError `not_found` when the turn is gone */
  async open(clientId: string, turnId: string, request: KeptRequest): Promise<StoredResponse> {
    return { turn: await this.streams.get(clientId, turnId), request };
  }

  /** Those of the turns that are responses of the client, in one query. */
  async listKept(clientId: string, turnIds: readonly string[]): Promise<ReadonlyMap<string, KeptRequest>> {
    if (turnIds.length === 0) return new Map();
    const found = await this.requests.findMany(clientId, turnIds, RESPONSES_TRAITS.name);
    return new Map([...found].filter(([, request]) => isKept(request)));
  }

  /** @throws AppError `not_found` */
  async get(clientId: string, responseId: string): Promise<ResponseObjectDto> {
    return this.show(await this.find(clientId, responseId));
  }

  /** The response as it is now: of a running turn, without its output. */
  async show({ turn, request }: StoredResponse): Promise<ResponseObjectDto> {
    const { events$, ...head } = await this.streams.play(turn, 0);
    const events = turn.status === 'running' ? [] : await firstValueFrom(events$.pipe(toArray()));
    return toResponse({ ...head, request }, events);
  }

  /** What its model was given, without the instructions; what was sent as data is described by references. */
  async readInput({ turn, request }: StoredResponse): Promise<readonly ModelMessage[]> {
    const sent = await this.contexts.read(turn.clientId, turn.id);
    const messages = sent?.messages ?? [];
    return areInstructions(messages[0]?.content, request) ? messages.slice(1) : messages;
  }

  /**
   * Deletes its turn, with the feedback on it.
   * @throws AppError `not_found`, `turn_in_progress`
   */
  async delete(clientId: string, responseId: string): Promise<void> {
    const { turn } = await this.find(clientId, responseId);
    if (await this.requests.deleteEnded(clientId, turn.id)) return;
    // Gone between the two: the deleting caller got its answer.
    await this.find(clientId, responseId);
    const detail = 'The response is still in progress: cancel it, or wait for its end.';
    throw new AppError('turn_in_progress', detail, { retryAfterSeconds: 1 });
  }
}
