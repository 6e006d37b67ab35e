import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

/** What a caller of `Last-Event-ID` gets: the rest of a stream, or an answer as JSON. */
type Resumed = 'stream' | 'whole answer';

const LAST_EVENT_ID: Readonly<Record<Resumed, string>> = {
  stream:
    'The `id:` of the last frame that you have, as it is, after a stream that broke off: with the same body the answer goes on ' +
    'after that frame, however long ago it ended; its text may come in other pieces. The last frame always comes, again ' +
    'if you had it; to a reader that goes on asking after that, 204 for a minute, which ends an `EventSource`. It goes before `Idempotency-Key`. With another body: 409; unknown, or of another client: 404.',
  'whole answer':
    'The `id:` of a frame of `/chat/stream`: with the same body you get the answer of that turn, whole. With another body: 409; ' +
    'unknown, or of another client: 404.',
};

/** Documents the header by which a caller names a question. */
export function ApiIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A key of your own for this question, such as a UUID. It counts for 24 hours, for your client and the end user, on all routes that ask. The ' +
      'same question sent again with it gets the answer that is running, or the stored one from its beginning; the model is not ' +
      'asked again. A question that means something else (only `stream` may differ): 409 `request_differs`. An answer that ' +
      'failed and is `retryable`, or that was given up because its reader had left, sets the key free: send the same again for a ' +
      'new attempt. A question that is refused has not used its key.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  });
}

/** Documents the headers by which a question says that it was sent before. */
export function ApiRepeatHeaders(resumed: Resumed = 'stream'): MethodDecorator {
  return applyDecorators(
    ApiIdempotencyKey(),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: LAST_EVENT_ID[resumed],
      schema: { type: 'string' },
    }),
  );
}
