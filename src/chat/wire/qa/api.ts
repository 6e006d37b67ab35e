import { anyFrame, Endpoint, streamOf, sampleStream } from '../../../common/api/endpoint.js';
import { EXAMPLE_UUID } from '../../../common/api/fields.js';
import { ApiQuestion, ApiRepeatHeaders, OptionalHeader, REFUSALS } from '../asking.api.js';
import { QA_FRAMES, type QaFrame } from './frames.dto.js';
import { QaRequestDto } from './request.dto.js';

/** Any frame of the QA API. */
export const QA_FRAME = anyFrame('QaFrame', 'A frame of the QA API', QA_FRAMES, 'QaDone');

const SAMPLE: readonly QaFrame[] = [
  { data: '', chat_id: EXAMPLE_UUID },
  { sourceDocs: [{ pageContent: '…', metadata: { source: '…' } }], chat_id: EXAMPLE_UUID },
  { data: '机器学习' },
  { data: '', finish_reason: 'stop', usage: { input_tokens: 12, output_tokens: 2 } },
];

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const ApiQaQuestion = () =>
  ApiQuestion(QaRequestDto, {
    english: { question: 'How do I send feedback?', uid: UID },
    chinese: { question: '如何提交反馈？', uid: UID },
    everything: {
      question: '如何提交反馈？',
      uid: UID,
      history: [['问1xxx？', '回答1']],
      qa_prompt: '只根据资料，简短地回答。\n\n资料：\n{context}\n\n问题：{question}',
      temperature: 0,
    },
  });

/** Documents the header by which a caller of the QA API asks for Base64. */
export const ApiBase64Header = () =>
  OptionalHeader(
    'X-Base64',
    `With \`ON\` (in any case) the JSON of every \`data:\` of the QA API, but not \`[DONE]\`, is Base64 of its UTF-8. Every
other value is off.`,
  );

/** Documents the header by which a caller of the QA API asks for the reasoning. Without an example, as above. */
export const ApiThinkHeader = () =>
  OptionalHeader(
    'Think-Status',
    `With \`ON\` (in any case) frames with \`reasoning\` show what the model thinks (思考内容), before the text that it leads to.
Every other value is off.`,
  );

/** Documents `POST /api/chat` as the QA API's SSE operation. */
export const ApiQaChat = () =>
  Endpoint({
    summary: 'Ask the documents, and read the answer as the model generates it (聊天功能)',
    description: `Server-sent events, always; each \`data:\` is one JSON frame, and the last is \`[DONE]\`. First the turn, then
\`sourceDocs\`, then deltas, with \`{"action":"BREAK"}\` and \`{"action":"RETRYING"}\` among them, at the end the frame with
\`finish_reason\`, or with \`error\` when it failed; then \`[DONE]\`, which is no JSON, after a failure too. When the model fails,
that frame says so, never a status. After 10 seconds of silence an empty delta comes, without \`id:\`. The members of a frame tell
its kind: \`error\`, \`finish_reason\`, \`sourceDocs\`, \`chat_id\`, \`action\`, \`reasoning\`; any other frame is text.

On \`RETRYING\` drop the text, and the reasoning, since the last \`BREAK\`, or since the start: it comes again. At \`BREAK\` the text before it is one
message, and stays. What you have then is what is stored.

A body with \`query\` in place of \`question\` is for the Conversation API: the answer is exactly that of \`POST /chat\`.

${sampleStream(SAMPLE, EXAMPLE_UUID, '[DONE]')}`,
    answers: { 200: [streamOf(QA_FRAME), 'The frames of the answer, and `[DONE]`'] },
    problems: REFUSALS,
    models: QA_FRAMES,
    takes: [ApiRepeatHeaders(), ApiBase64Header(), ApiThinkHeader(), ApiQaQuestion()],
  });
