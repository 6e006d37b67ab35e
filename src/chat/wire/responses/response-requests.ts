import { Injectable } from '@nestjs/common';
import { invalidField } from '../../../common/errors/app-error.js';
import type { TurnRequest } from '../../domain/turn-request.js';
import { decodeResponseRequest, itemsOf } from './decoder.js';
import type { ResponseRequestDto } from './request.dto.js';
import { isGiven } from './response-tools.js';

/** Decodes requests, and finds what they refer to: an earlier response, and its items. */
@Injectable()
export class ResponseRequests {
  /** @throws AppError `validation_failed`, also for what the client does not have */
  decode(_clientId: string, body: ResponseRequestDto): Promise<TurnRequest> {
    if (isGiven(body.previous_response_id))
      throw invalidField('/previous_response_id', 'is not supported: send the earlier items as input');
    return Promise.resolve(decodeResponseRequest(body, { previous: [], items: itemsOf(body) }));
  }
}
