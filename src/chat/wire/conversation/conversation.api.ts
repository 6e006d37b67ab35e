import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import type { ErrorCode } from '../../../common/errors/error-codes.js';
import { ApiProblemResponses } from '../../../common/errors/problem.dto.js';
import {
  ChatAnswerDto,
  ChatDeltaFrameDto,
  ChatEndedFrameDto,
  ChatFailedFrameDto,
  ChatStartedFrameDto,
} from './chat-answer.dto.js';
import { ChatRequestDto, HistoryMessageDto } from './chat-request.dto.js';

const REFUSALS: readonly ErrorCode[] = [
  'validation_failed',
  'malformed_json',
  'model_not_supported',
  'prompt_not_found',
  'not_found',
  'payload_too_large',
  'unsupported_media_type',
  'shutting_down',
  'database_unavailable',
];

const EXAMPLES = {
  english: { summary: 'A question', value: { query: 'How do I send feedback?', stream: false } },
  chinese: {
    summary: '一个问题',
    value: { query: '如何提交反馈？', conversation_id: 'conv456', history_len: 5, stream: false },
  },
};

/** Documents `POST /chat` (聊天接口) as the JSON operation. */
export function ApiChat(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'chat',
      summary: 'Ask, and get the whole answer (聊天接口, 非流式输出)',
      description:
        'With `"stream": true`, or without `stream` when `Accept` names `text/event-stream`, the answer is the stream of ' +
        '`/chat/stream` without `id:` lines. Generated clients use `/chat/stream` for that.',
    }),
    ApiExtraModels(HistoryMessageDto),
    ApiBody({ type: ChatRequestDto, examples: EXAMPLES }),
    ApiOkResponse({ type: ChatAnswerDto, description: 'The answer' }),
    ApiProblemResponses(...REFUSALS, 'internal_error', 'model_failed', 'model_refused', 'model_overloaded', 'model_timeout'),
  );
}

/** Documents `POST /chat/stream` as the SSE operation. */
export function ApiChatStream(): MethodDecorator {
  const frames = [ChatStartedFrameDto, ChatDeltaFrameDto, ChatEndedFrameDto, ChatFailedFrameDto];
  return applyDecorators(
    ApiOperation({
      operationId: 'chatStream',
      summary: 'Ask, and read the answer as it is made (流式输出)',
      description:
        'Server-sent events; each `data:` is one JSON frame. First the turn, then deltas, last the frame with ' +
        '`finish_reason`, or with `error` when it failed. A stream that ends without one of these is not complete.',
    }),
    ApiExtraModels(HistoryMessageDto, ...frames),
    ApiBody({ type: ChatRequestDto, examples: EXAMPLES }),
    ApiOkResponse({
      description: 'The frames of the answer',
      content: { 'text/event-stream': { schema: { anyOf: frames.map((frame) => ({ $ref: getSchemaPath(frame) })) } } },
    }),
    ApiProblemResponses(...REFUSALS, 'internal_error'),
  );
}
