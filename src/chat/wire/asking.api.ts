import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import { TakesOwnPlaces } from '../../auth/takes-own-places.decorator.js';
import type { ErrorCode } from '../../common/errors/error-codes.js';
import { MODEL_FAILURE_CODES } from '../../llm/completion.js';

/** What callers of an answer in one piece must know. */
export const WAIT = `The answer comes when the model is done, after 5 minutes at most unless the service is configured otherwise: do not
time out earlier.`;

/** Before the first frame. */
export const REFUSALS = ['not_found', 'request_differs', 'shutting_down'] as const satisfies ErrorCode[];

/** Of a question that names a model, a prompt template or a conversation. */
export const NAMED = [
  'model_not_supported',
  'prompt_not_found',
  'turn_in_progress',
] as const satisfies ErrorCode[];

/** Of an answer in one piece: a stream has them in its last frame. */
export const FAILURES: readonly ErrorCode[] = ['turn_interrupted', ...MODEL_FAILURE_CODES];

/** The tag of routes that last longer than their statements, so that they take their places in the database themselves. */
export const ApiLasting = (tag: string) => applyDecorators(ApiTags(tag), TakesOwnPlaces());

const SUMMARIES = {
  english: 'A question',
  chinese: '一个问题',
  conversation: 'In a conversation that the service remembers',
  everything: 'Every parameter (null: not given)',
};

/** Documents the body of a question, by examples. */
export function ApiQuestion(type: Type, values: Partial<Record<keyof typeof SUMMARIES, object>>) {
  const named = Object.entries(values).map(([name, value]) => {
    return [name, { summary: SUMMARIES[name as keyof typeof SUMMARIES], value }] as const;
  });
  return ApiBody({ type, examples: Object.fromEntries(named) });
}

/** A header that a caller may leave out. Without an example: Swagger UI would send it. */
export const OptionalHeader = (name: string, description: string, schema: object = {}) =>
  ApiHeader({ name, required: false, description, schema: { type: 'string', ...schema } });

/** Documents the header by which a caller names a question. */
export const ApiIdempotencyKey = () =>
  OptionalHeader(
    'Idempotency-Key',
    `A key of your own for this question, such as a UUID. It is valid for 24 hours, for your client and the end user, on all
routes that ask. When you send the same question again with it, you get the running answer, or the stored one from its
beginning; the service does not ask the model again. For a question with another meaning (only \`stream\` and
\`reasoning\` may differ): 409 \`request_differs\`. A \`retryable\` failure, or a cancellation because the reader had left,
frees the key: send the same again for a new attempt. A refused question does not use its key.`,
    { minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  );

const LAST_EVENT_ID_OF_STREAM = `The \`id:\` of the last frame that you have, unchanged, after a stream that broke off: with the same body
the answer continues after that frame, however long ago it ended; its text may come in other pieces. The last frame always
comes, again if you had it; a reader that still asks after that gets 204 for a minute, which ends an \`EventSource\`. It
takes precedence over \`Idempotency-Key\`. With another body: 409; unknown, or of another client: 404.`;

/** Documents the headers by which a question says that it was sent before. */
export const ApiRepeatHeaders = (lastEventId = LAST_EVENT_ID_OF_STREAM) =>
  applyDecorators(ApiIdempotencyKey(), OptionalHeader('Last-Event-ID', lastEventId));
