import { Endpoint } from '../../../../common/api/endpoint.js';
import { MODEL_FAILURE_CODES } from '../../../../llm/completion.js';
import { ApiQuestion } from '../../asking.api.js';
import { EmbeddingListDto } from './answer.dto.js';
import { CreateEmbeddingRequestDto } from './request.dto.js';

/** Documents `POST /v1/embeddings`. */
export const ApiEmbeddings = () =>
  Endpoint({
    summary: 'Turn texts into vectors (文本向量)',
    description: `For the \`openai\` SDKs and compatible clients. There is one embedding model, which the operator configures
with \`EMBEDDING_BASE_URL\` and \`EMBEDDING_MODEL\`; where there is none, every request is 400. Leave \`model\` out, or give its
name: another name is 404, and the message has the right one. At most 2,048 inputs in a request. The service stores nothing
of the inputs. Vectors come in the order of the inputs and in the form of \`encoding_format\`, whichever form the embedding server knows.`,
    answers: { 200: [EmbeddingListDto, 'The vectors'] },
    problems: ['model_not_supported', ...MODEL_FAILURE_CODES.filter((code) => code !== 'empty_answer')],
    takes: [
      ApiQuestion(CreateEmbeddingRequestDto, {
        english: { input: ['How do I send feedback?', 'What is a conversation?'] },
        chinese: { input: ['如何提交反馈？'], encoding_format: 'base64' },
      }),
    ],
  });
