import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { ErrorCode } from '../../common/errors/error-codes.js';

/** What callers of an answer in one piece must know. */
export const WAIT = `The answer comes when the model is done, after 5 minutes at most unless the service is set up otherwise: do not
time out earlier.`;

/** Before the first frame. */
export const REFUSALS: readonly ErrorCode[] = [
  'model_not_supported',
  'prompt_not_found',
  'not_found',
  'turn_in_progress',
  'request_differs',
  'shutting_down',
];

/** Of an answer in one piece: a stream tells them in its last frame. */
export const FAILURES: readonly ErrorCode[] = [
  'turn_interrupted',
  'model_failed',
  'model_refused',
  'model_overloaded',
  'model_timeout',
];

/** Documents the header by which a caller names a question. */
export const ApiIdempotencyKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: `A key of your own for this question, such as a UUID. It counts for 24 hours, for your client and the end user, on all
routes that ask. The same question sent again with it gets the answer that is running, or the stored one from its
beginning; the model is not asked again. A question that means something else (only \`stream\` may differ): 409
\`request_differs\`. An answer that failed and is \`retryable\`, or that was given up because its reader had left, sets the
key free: send the same again for a new attempt. A question that is refused has not used its key.`,
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  });

const LAST_EVENT_ID_OF_STREAM = `The \`id:\` of the last frame that you have, as it is, after a stream that broke off: with the same body
the answer goes on after that frame, however long ago it ended; its text may come in other pieces. The last frame always
comes, again if you had it; to a reader that goes on asking after that, 204 for a minute, which ends an \`EventSource\`. It
goes before \`Idempotency-Key\`. With another body: 409; unknown, or of another client: 404.`;

/** Documents the headers by which a question says that it was sent before. */
export const ApiRepeatHeaders = (lastEventId = LAST_EVENT_ID_OF_STREAM) =>
  applyDecorators(
    ApiIdempotencyKey(),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: lastEventId,
      schema: { type: 'string' },
    }),
  );
