import type { Wire } from '../wire.js';
import { OpenAiController } from './controller.js';
import { EmbeddingsController } from './embeddings/controller.js';
import { EmbeddingCalls } from './embeddings/embedding-calls.js';
import { openAiErrorCode } from '../v1-error-codes.js';
import { OpenAiErrorDto } from '../v1-errors.dto.js';
import { joinV1 } from '../v1-paths.js';
import { OPENAI_ERRORS, OPENAI_PATHS } from '../v1-errors.js';
import { chooseForm } from './middleware.js';
import { OpenAiModelsController } from './models.controller.js';
import { OpenAiPresenter } from './presenter.js';
import { OPENAI_TRAITS } from './traits.js';

/** The OpenAI API, for its clients. Its frames have no ids. */
export const OPENAI: Wire = {
  traits: OPENAI_TRAITS,
  controllers: [OpenAiController, EmbeddingsController, OpenAiModelsController],
  providers: [OpenAiPresenter, EmbeddingCalls],
  streams: ['v1/chat/completions', 'v1/chat/completions/stream'],
  middleware: { handler: chooseForm, paths: ['v1/chat/completions'] },
  joinUrl: joinV1,
  errors: OPENAI_ERRORS,
  document: {
    tag: { name: 'openai', description: 'For clients of the OpenAI API (OpenAI 兼容接口)' },
    introduction:
      '**For clients of the OpenAI API**: `POST /v1/chat/completions`, `POST /v1/embeddings`, `GET /v1/models`.',
    turnId: '`id` of a chat completion',
    errors: {
      paths: OPENAI_PATHS,
      introduction: 'Routes under `/v1` answer errors as the OpenAI API does.',
      model: OpenAiErrorDto,
      headers: {
        'X-Should-Retry': {
          description:
            'Whether the same request may succeed when you send it again; the `openai` SDKs obey it',
          required: true,
          schema: { type: 'string', enum: ['true', 'false'] },
          example: 'false',
        },
      },
      codeOf: openAiErrorCode,
      answer: OPENAI_ERRORS.answer,
      examples: {
        validation_failed: { errors: [{ pointer: '/messages', detail: 'cannot be used' }] },
        model_not_supported: { errors: [{ pointer: '/model', detail: 'cannot be used' }] },
        prompt_not_found: { errors: [{ pointer: '/metadata/prompt_name', detail: 'cannot be used' }] },
      },
    },
  },
};
