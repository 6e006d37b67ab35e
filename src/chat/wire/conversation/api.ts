import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import type { ErrorCode } from '../../../common/errors/error-codes.js';
import { ApiProblemResponses } from '../../../common/errors/problem.dto.js';
import { ApiRepeatHeaders } from '../repeat.api.js';
import { WAIT } from '../whole-answer.api.js';
import {
  ChatAnswerDto,
  ChatDeltaFrameDto,
  ChatEndedFrameDto,
  ChatFailedFrameDto,
  ChatStartedFrameDto,
} from './frames.dto.js';
import { ChatRequestDto, HistoryMessageDto } from './request.dto.js';

/**
 * What a stream of variant A is made of. The frames with most fields come first: clients in Python and Java try
 * one after the other and keep the first that fits, and every frame would pass for a delta.
 */
const FRAMES = [ChatFailedFrameDto, ChatEndedFrameDto, ChatStartedFrameDto, ChatDeltaFrameDto];

/** Any frame of variant A, for the documentation of whatever streams them. */
export const CHAT_FRAME = {
  title: 'ChatFrame',
  description: 'A frame of variant A',
  anyOf: FRAMES.map((frame) => ({ $ref: getSchemaPath(frame) })),
};

const REFUSALS: readonly ErrorCode[] = [
  'model_not_supported',
  'prompt_not_found',
  'not_found',
  'turn_in_progress',
  'request_differs',
  'shutting_down',
];

/** Each has a conversation of its own, so that none meets another end user's. */
const QUESTIONS = {
  english: { summary: 'A question', value: { query: 'How do I send feedback?' } },
  chinese: {
    summary: '一个问题',
    value: { query: '如何提交反馈？', conversation_id: 'conv456', history_len: 5 },
  },
  everything: {
    summary: 'Every parameter (null: not given)',
    value: {
      query: 'How do I send feedback?',
      user_id: 'user123',
      conversation_id: 'conv-user123',
      conversation_name: '学习对话',
      history_len: null,
      history: [{ role: 'user', content: '你好' }],
      model_name: null,
      temperature: 0.8,
      max_tokens: 1024,
      prompt_name: 'default',
    },
  },
};

/** The same for a route where `stream` has a say. */
const QUESTIONS_WITHOUT_STREAM = Object.fromEntries(
  Object.entries(QUESTIONS).map(([name, { summary, value }]) => [
    name,
    { summary, value: { ...value, stream: false } },
  ]),
);

const STREAM = `\`\`\`text
id: 01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11:1
data: {"text":"","message_id":"01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11","conversation_id":"conv456"}

id: 01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11:2
data: {"text":"机器学习","message_id":"01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11"}

id: 01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11:3
data: {"text":"","message_id":"01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11","finish_reason":"stop","usage":{"input_tokens":12,"output_tokens":2}}
\`\`\``;

/** Documents `POST /chat` (聊天接口) as the JSON operation. */
export function ApiChat(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'chat',
      summary: 'Ask, and get the whole answer (聊天接口, 非流式输出)',
      description:
        'With `"stream": true`, or without `stream` when `Accept` names `text/event-stream`, the answer is the stream of ' +
        '`/chat/stream` without `id:` lines. Generated clients use `/chat/stream` for that. A client that is set so ' +
        '(`client:set NAME --whole-answer sse`) gets the JSON answer as one frame `data: {…}` of `text/event-stream`.\n\n' +
        WAIT,
    }),
    ApiRepeatHeaders('whole answer'),
    ApiExtraModels(HistoryMessageDto),
    ApiBody({ type: ChatRequestDto, examples: QUESTIONS_WITHOUT_STREAM }),
    ApiOkResponse({ type: ChatAnswerDto, description: 'The answer' }),
    ApiProblemResponses(
      ...REFUSALS,
      'turn_interrupted',
      'model_failed',
      'model_refused',
      'model_overloaded',
      'model_timeout',
    ),
  );
}

/** Documents `POST /chat/stream` as the SSE operation. */
export function ApiChatStream(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'chatStream',
      summary: 'Ask, and read the answer as it is made (流式输出)',
      description:
        'Server-sent events; each `data:` is one JSON frame. First the turn, then deltas, last the frame with ' +
        '`finish_reason`, or with `error` when it failed; there is no `[DONE]`. A stream that ends without one of these is not ' +
        'complete. A model that fails after the question was accepted is told by the frame with `error`, never by a ' +
        'status. After 10 seconds of silence an empty delta comes, without `id:`. Tell frames apart by what they have: ' +
        '`error`, `finish_reason`, `conversation_id`; anything else is text.\n\n' +
        STREAM,
    }),
    ApiRepeatHeaders(),
    ApiExtraModels(HistoryMessageDto, ...FRAMES),
    ApiBody({ type: ChatRequestDto, examples: QUESTIONS }),
    ApiOkResponse({
      description: 'The frames of the answer',
      content: { 'text/event-stream': { schema: CHAT_FRAME } },
    }),
    ApiProblemResponses(...REFUSALS),
  );
}
