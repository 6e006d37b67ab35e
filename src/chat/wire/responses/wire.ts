import type { Wire } from '../wire.js';
import { ResponsesController } from './controller.js';
import { chooseResponseForm } from './middleware.js';
import { ResponsesPresenter } from './presenter.js';
import { PreviousResponses } from './request/previous-responses.js';
import { ReferredItems } from './request/referred-items.js';
import { ResponseRequests } from './request/response-requests.js';
import { StoredResponsesController } from './stored/stored.controller.js';
import { StoredResponses } from './stored/stored-responses.js';
import { RESPONSES_TRAITS } from './traits.js';

/** The Responses API, for its clients. Its frames have no ids; its errors are those of all routes under `/v1`. */
export const RESPONSES: Wire = {
  traits: RESPONSES_TRAITS,
  controllers: [ResponsesController, StoredResponsesController],
  providers: [ResponsesPresenter, ResponseRequests, PreviousResponses, ReferredItems, StoredResponses],
  streams: ['v1/responses', 'v1/responses/stream'],
  middleware: { handler: chooseResponseForm, paths: ['v1/responses'] },
  document: {
    tag: { name: 'responses', description: 'For clients of the Responses API (OpenAI Responses 兼容接口)' },
    introduction:
      '**For clients of the Responses API**: `POST /v1/responses`, `GET /v1/responses/{response_id}`.',
    turnId: '`id` of a response: the UUID after `resp_`',
  },
};
