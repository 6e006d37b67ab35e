import { anyFrame, Endpoint, streamOf, sampleStream } from '../../../common/api/endpoint.js';
import { EXAMPLE_UUID } from '../../../common/api/fields.js';
import { ApiIdempotencyKey, ApiQuestion, FAILURES, NAMED, REFUSALS, WAIT } from '../asking.api.js';
import { ChatCompletionChunkDto, ChatCompletionDto, ChatCompletionFailedFrameDto } from './frames.dto.js';
import { ChatCompletionRequestDto } from './request.dto.js';

const FRAMES = [ChatCompletionChunkDto, ChatCompletionFailedFrameDto];
const FRAME = anyFrame('ChatCompletionFrame', 'A frame of an answer in chunks', FRAMES, 'ChatCompletionDone');

/** Also of a stream: until its first token, in its first seconds, a failure has its status. */
const PROBLEMS = [...NAMED, ...REFUSALS, ...FAILURES];

const HEAD = {
  id: EXAMPLE_UUID,
  object: 'chat.completion.chunk',
  created: 1_732_500_000,
  model: 'chatglm3-6b',
} as const;
const SAMPLE: readonly ChatCompletionChunkDto[] = [
  { ...HEAD, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { ...HEAD, choices: [{ index: 0, delta: { content: '机器学习' }, finish_reason: null }] },
  { ...HEAD, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
];

const ApiCompletionQuestion = () =>
  ApiQuestion(ChatCompletionRequestDto, {
    english: { model: null, messages: [{ role: 'user', content: 'How do I send feedback?' }] },
    chinese: {
      messages: [
        { role: 'system', content: '用中文简短回答。' },
        { role: 'user', content: '如何提交反馈？' },
      ],
      max_completion_tokens: 1024,
    },
    conversation: {
      messages: [{ role: 'user', content: 'How do I send feedback?' }],
      user: 'user123',
      metadata: { conversation_id: 'conv-openai' },
    },
  });

/** Documents `POST /v1/chat/completions` as the JSON operation. */
export const ApiCompletion = () =>
  Endpoint({
    summary: 'Ask as clients of the OpenAI API do, and get the complete answer (OpenAI 兼容接口)',
    description: `For the \`openai\` SDKs and compatible clients: their base URL is \`/v1\` of this service, their key is a key of this service.
With \`"stream": true\` the answer is the stream of \`/v1/chat/completions/stream\`. \`logprobs\`,
\`n\` above 1 and answers in audio are refused; the service ignores other members that are not listed.

${WAIT}`,
    answers: { 200: [ChatCompletionDto, 'The answer'] },
    problems: PROBLEMS,
    takes: [ApiIdempotencyKey(), ApiCompletionQuestion()],
  });

/** Documents `POST /v1/chat/completions/stream` as the SSE operation. */
export const ApiCompletionStream = () =>
  Endpoint({
    summary: 'Ask as clients of the OpenAI API do, and read the answer as the model generates it (流式输出)',
    description: `Server-sent events; each \`data:\` is one chunk, the last one is \`[DONE]\`. What a reasoning model thinks
comes as \`reasoning_content\` before its text. A failure before the first token, in the first 5 seconds, is an HTTP status; a later one is a frame with \`error\`
without \`[DONE]\`, behind which the connection is cut. Comments keep a silent stream open.

${sampleStream(SAMPLE, undefined, '[DONE]')}`,
    answers: { 200: [streamOf(FRAME), 'The chunks of the answer'] },
    problems: PROBLEMS,
    models: FRAMES,
    takes: [ApiIdempotencyKey(), ApiCompletionQuestion()],
  });
