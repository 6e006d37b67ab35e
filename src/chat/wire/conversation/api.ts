import { anyFrame, Endpoint, streamOf, sampleStream } from '../../../common/api/endpoint.js';
import { EXAMPLE_UUID } from '../../../common/api/fields.js';
import { ApiQuestion, ApiRepeatHeaders, FAILURES, NAMED, REFUSALS, WAIT } from '../asking.api.js';
import { CHAT_FRAMES, ChatAnswerDto, type ChatFrame } from './frames.dto.js';
import { ChatRequestDto } from './request.dto.js';

const TURN = { text: '', message_id: EXAMPLE_UUID } as const;
const SAMPLE: readonly ChatFrame[] = [
  { ...TURN, conversation_id: 'conv456' },
  { ...TURN, text: '机器学习' },
  { ...TURN, finish_reason: 'stop', usage: { input_tokens: 12, output_tokens: 2 } },
];

/** Any frame of the Conversation API. */
export const CHAT_FRAME = anyFrame('ChatFrame', 'A frame of the Conversation API', CHAT_FRAMES);

/** Each has a conversation of its own, so that none meets another end user's. */
const ApiChatQuestion = () =>
  ApiQuestion(ChatRequestDto, {
    english: { query: 'How do I send feedback?' },
    chinese: { query: '如何提交反馈？', conversation_id: 'conv456', history_len: 5 },
    everything: {
      query: 'How do I send feedback?',
      user_id: 'user123',
      conversation_id: 'conv-user123',
      conversation_name: '学习对话',
      history_len: null,
      history: [{ role: 'user', content: '你好' }],
      stream: null,
      model_name: null,
      temperature: 0.8,
      max_tokens: 1024,
      prompt_name: 'default',
      reasoning: true,
    },
  });

/** Documents `POST /chat` (聊天接口) as the JSON operation. */
export const ApiChat = () =>
  Endpoint({
    summary: 'Ask, and get the complete answer (聊天接口, 非流式输出)',
    description: `With \`"stream": true\`, or without \`stream\` when \`Accept\` names \`text/event-stream\`, the answer is the stream of
\`/chat/stream\` without \`id:\` lines. Generated clients use \`/chat/stream\` for that. A client with that setting
(\`client:set NAME --whole-answer sse\`) gets the JSON answer as one frame \`data: {…}\` of \`text/event-stream\`.

${WAIT}`,
    answers: { 200: [ChatAnswerDto, 'The answer'] },
    problems: [...NAMED, ...REFUSALS, ...FAILURES],
    takes: [
      ApiRepeatHeaders(`The \`id:\` of a frame of \`/chat/stream\`: with the same body you get the complete answer of that turn. With another
body: 409; unknown, or of another client: 404.`),
      ApiChatQuestion(),
    ],
  });

/** Documents `POST /chat/stream` as the SSE operation. */
export const ApiChatStream = () =>
  Endpoint({
    summary: 'Ask, and read the answer as the model generates it (流式输出)',
    description: `Server-sent events; each \`data:\` is one JSON frame. First the turn, then deltas, last the frame with
\`finish_reason\`, or with \`error\` when it failed; there is no \`[DONE]\`. A stream that ends without one of these is not
complete. When the model fails after the service accepted the question, a frame with \`error\` says so, never a status. After
10 seconds of silence an empty delta comes, without \`id:\`. The members of a frame tell its kind: \`error\`, \`finish_reason\`,
\`conversation_id\`, \`reasoning\`; any other frame is text.

${sampleStream(SAMPLE, EXAMPLE_UUID)}`,
    answers: { 200: [streamOf(CHAT_FRAME), 'The frames of the answer'] },
    problems: [...NAMED, ...REFUSALS],
    models: CHAT_FRAMES,
    takes: [ApiRepeatHeaders(), ApiChatQuestion()],
  });
