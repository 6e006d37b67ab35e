import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

/** Documents the headers by which a question says that it was sent before. */
export function ApiRepeatHeaders(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'A key of your own for this question: sent again with it, the question is not answered anew, but by the first ' +
        'answer. With another body: 409.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    }),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description:
        'The `id:` of the last frame that you have, after a stream that broke off: with the same body the answer goes on ' +
        'from there. With another body: 409; unknown: 404.',
      schema: { type: 'string' },
    }),
  );
}
