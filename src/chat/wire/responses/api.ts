import { ApiParam } from '@nestjs/swagger';
import { Endpoint, sampleStream, streamOf } from '../../../common/api/endpoint.js';
import { ApiIdempotencyKey, ApiQuestion, FAILURES, NAMED, REFUSALS, WAIT } from '../asking.api.js';
import { ResponseEventDto } from './events.dto.js';
import { ResponseRequestDto } from './request/request.dto.js';
import {
  DeletedResponseDto,
  EXAMPLE_RESPONSE_ID,
  ResponseObjectDto,
  ResponseInputListDto,
} from './response.dto.js';

/** Also of a stream: until its first text, reasoning or call, a failure has its status. */
const PROBLEMS = [...NAMED, ...REFUSALS, ...FAILURES];

const ITEM = { item_id: 'msg_01938f5e7a307cc08d2b0a4e5c1f9b11_0', output_index: 0, content_index: 0 };
const SAMPLE: readonly ResponseEventDto[] = [
  { type: 'response.output_text.delta', sequence_number: 4, ...ITEM, delta: '机器', logprobs: [] },
  { type: 'response.output_text.delta', sequence_number: 5, ...ITEM, delta: '学习', logprobs: [] },
];

const FRAME = {
  title: 'ResponseFrame',
  description: 'An event, or the end of the stream',
  anyOf: [
    { $ref: '#/components/schemas/ResponseEvent' },
    { title: 'ResponseDone', type: 'string', enum: ['[DONE]'], description: 'The end of the stream' },
  ],
};

const ApiResponseBody = () =>
  ApiQuestion(ResponseRequestDto, {
    english: { input: 'How do I send feedback?' },
    chinese: { instructions: '用中文简短回答。', input: '如何提交反馈？', max_output_tokens: 1024 },
    conversation: { input: 'How do I send feedback?', user: 'user123', conversation: 'conv-responses' },
  });

/** Documents `POST /v1/responses` as the JSON operation. */
export const ApiResponseQuestion = () =>
  Endpoint({
    summary: 'Ask as clients of the Responses API do, and get the complete response (Responses 兼容接口)',
    description: `With \`"stream": true\` the answer is the stream of \`/v1/responses/stream\`. The service asks the model
by chat completions: functions and custom tools are offered to it, and tools that run at OpenAI are not.

${WAIT}`,
    answers: { 200: [ResponseObjectDto, 'The response'] },
    problems: PROBLEMS,
    takes: [ApiIdempotencyKey(), ApiResponseBody()],
  });

/** Documents `POST /v1/responses/stream` as the SSE operation. */
export const ApiResponseStream = () =>
  Endpoint({
    summary: 'Ask as clients of the Responses API do, and read the events as they come (流式输出)',
    description: `Server-sent events; \`event:\` is the type of each, \`sequence_number\` counts from 0, and \`[DONE]\` comes last.
A failure before the first text, reasoning or call is an HTTP status; a later one gives the events \`error\` and
\`response.failed\`, and no \`[DONE]\`.

${sampleStream(SAMPLE, undefined, '[DONE]')}`,
    answers: { 200: [streamOf(FRAME), 'The events of the response'] },
    problems: PROBLEMS,
    models: [ResponseEventDto],
    takes: [ApiIdempotencyKey(), ApiResponseBody()],
  });

const ApiResponseId = () =>
  ApiParam({
    name: 'response_id',
    description: '`id` of a response',
    schema: { type: 'string', example: EXAMPLE_RESPONSE_ID },
  });

/** Documents `GET /v1/responses/{response_id}`. */
export const ApiGetResponse = () =>
  Endpoint({
    summary: 'Read a response again (查看响应)',
    description: `As it was answered; while it is in progress, without output. To read its events again, or while it is in progress,
use \`/api/chat/{chat_id}/stream\`. Of a response with \`"store": false\`: 404.`,
    answers: { 200: [ResponseObjectDto, 'The response'] },
    problems: ['not_found'],
    takes: [ApiResponseId()],
  });

/** Documents `DELETE /v1/responses/{response_id}`. */
export const ApiDeleteResponse = () =>
  Endpoint({
    summary: 'Delete a response (删除响应)',
    description: 'Deletes its turn, with the feedback on it.',
    answers: { 200: [DeletedResponseDto, 'Deleted'] },
    problems: ['not_found', 'turn_in_progress'],
    takes: [ApiResponseId()],
  });

/** Documents `POST /v1/responses/{response_id}/cancel`. */
export const ApiCancelResponse = () =>
  Endpoint({
    summary: 'Cancel a response (取消响应)',
    description: 'The model stops; the text so far is kept. A response that has ended is left as it is.',
    answers: { 200: [ResponseObjectDto, 'The response'] },
    problems: ['not_found'],
    takes: [ApiResponseId()],
  });

/** Documents `GET /v1/responses/{response_id}/input_items`. */
export const ApiListInput = () =>
  Endpoint({
    summary: 'List what a response was made of (输入项)',
    description: `The items that the model was given, also those of earlier responses; not the instructions. Images, sounds and files
that were sent as data are not kept.`,
    answers: { 200: [ResponseInputListDto, 'The items'] },
    problems: ['not_found'],
    takes: [ApiResponseId()],
  });
