import { Injectable } from '@nestjs/common';
import { invalidField } from '../../../../common/errors/app-error.js';
import type { ModelMessage } from '../../../../llm/completion.js';
import { StoredResponses } from '../stored/stored-responses.js';
import { withoutReferences } from '../stored/without-references.js';
import { refuseUnknown } from './refuse-unknown.js';
import type { ResponseRequestDto } from './request.dto.js';
import { toMessages } from './response-input.js';

/** Finds the responses that requests go on from. */
@Injectable()
export class PreviousResponses {
  constructor(private readonly responses: StoredResponses) {}

  /**
   * The messages and the answer of `previous_response_id`; `[]`: none was given.
   * @throws AppError `validation_failed` for a response that the client does not have, or that has no answer
   */
  async find(
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
}
