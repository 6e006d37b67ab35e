import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../../../config/app-config.js';
import type { TurnRequest } from '../../../domain/turn-request.js';
import { decodeResponseRequest, itemsOf } from './decoder.js';
import type { ResponseRequestDto } from './request.dto.js';
import { InputBudget } from './input-budget.js';
import { ReferredItems } from './referred-items.js';
import { PreviousResponses } from './previous-responses.js';

/** Decodes requests, and finds what they refer to: an earlier response, and items of earlier responses. */
@Injectable()
export class ResponseRequests {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly previous: PreviousResponses,
    private readonly referred: ReferredItems,
  ) {}

  /** @throws AppError `validation_failed`, also for what the client does not have */
  async decode(clientId: string, body: ResponseRequestDto): Promise<TurnRequest> {
    const budget = new InputBudget(this.config.http.bodyLimitBytes);
    const previous = await this.previous.find(clientId, body);
    if (previous.length > 0) budget.take(previous, '/previous_response_id');
    const items = await this.referred.resolve(clientId, itemsOf(body), budget);
    return decodeResponseRequest(body, { previous, items });
  }
}
