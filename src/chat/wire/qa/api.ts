import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import { TakesOwnPlaces } from '../../../auth/takes-own-places.decorator.js';
import { anyFrame, Endpoint, eventStream } from '../../../common/api/endpoint.js';
import { ApiRepeatHeaders } from '../asking.api.js';
import { QA_FRAMES } from './frames.dto.js';
import { QaRequestDto } from './request.dto.js';

/** Any frame of the QA API. */
export const QA_FRAME = anyFrame('QaFrame', 'A frame of the QA API', QA_FRAMES, 'QaDone');

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const EXAMPLES = {
  english: { summary: 'A question', value: { question: 'How do I send feedback?', uid: UID } },
  chinese: { summary: '一个问题', value: { question: '如何提交反馈？', uid: UID } },
  everything: {
    summary: 'Every parameter',
    value: {
      question: '如何提交反馈？',
      uid: UID,
      history: [['问1xxx？', '回答1']],
      qa_prompt: '只根据资料，简短地回答。\n\n资料：\n{context}\n\n问题：{question}',
      temperature: 0,
    },
  },
};

/** Documents the header by which a caller of the QA API asks for Base64. Without an example: Swagger UI would send it. */
export const ApiBase64Header = () =>
  ApiHeader({
    name: 'X-Base64',
    required: false,
    description: `With \`ON\` (in any case) the JSON of every \`data:\` of the QA API, but not \`[DONE]\`, is Base64 of its UTF-8. Every
other value is off.`,
    schema: { type: 'string' },
  });

/** Documents `POST /api/chat` as the QA API's SSE operation. */
export const ApiQaChat = () =>
  applyDecorators(
    Endpoint({
      summary: 'Ask the documents, and read the answer as the model generates it (聊天功能)',
      description: `Server-sent events, always; each \`data:\` is one JSON frame, and the last is \`[DONE]\`. First the turn, then
\`sourceDocs\`, then deltas, with \`{"action":"BREAK"}\` and \`{"action":"RETRYING"}\` among them, at the end the frame with
\`finish_reason\`, or with \`error\` when it failed; then \`[DONE]\`, which is no JSON, after a failure too. When the model fails,
that frame says so, never a status. After 10 seconds of silence an empty delta comes, without \`id:\`. The members of a frame tell
its kind: \`error\`, \`finish_reason\`, \`sourceDocs\`, \`chat_id\`, \`action\`; any other frame is text.

On \`RETRYING\` drop the text since the last \`BREAK\`, or since the start: it comes again. At \`BREAK\` the text before it is one
message, and stays. What you have then is what is stored.

A body with \`query\` in place of \`question\` is for the Conversation API: the answer is exactly that of \`POST /chat\`.

\`\`\`text
id: 71746553-1652-4a22-833b-f45e798aa1d1:1
data: {"data":"","chat_id":"71746553-1652-4a22-833b-f45e798aa1d1"}

id: 71746553-1652-4a22-833b-f45e798aa1d1:2
data: {"sourceDocs":[{"pageContent":"…","metadata":{"source":"…"}}],"chat_id":"71746553-1652-4a22-833b-f45e798aa1d1"}

id: 71746553-1652-4a22-833b-f45e798aa1d1:3
data: {"data":"机器学习"}

id: 71746553-1652-4a22-833b-f45e798aa1d1:4
data: {"data":"","finish_reason":"stop","usage":{"input_tokens":12,"output_tokens":2}}

id: 71746553-1652-4a22-833b-f45e798aa1d1:4
data: [DONE]
\`\`\``,
      answers: { 200: [eventStream(QA_FRAME), 'The frames of the answer, and `[DONE]`'] },
      problems: ['not_found', 'request_differs', 'shutting_down'],
      models: QA_FRAMES,
    }),
    ApiRepeatHeaders(),
    ApiBase64Header(),
    ApiBody({ type: QaRequestDto, examples: EXAMPLES }),
  );

/** The tag of these routes. They last longer than their statements, so they take their places in the database themselves. */
export const ApiQa = () => applyDecorators(ApiTags('qa'), TakesOwnPlaces());
