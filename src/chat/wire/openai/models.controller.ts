import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../../common/api/endpoint.js';
import { EmbeddingsService } from '../../../llm/embeddings.service.js';
import { LlmService } from '../../../llm/llm.service.js';
import { OpenAiModelDto, OpenAiModelListDto } from './frames.dto.js';

/** The models, as the OpenAI API lists them. */
@ApiTags('openai')
@Controller('v1/models')
export class OpenAiModelsController {
  constructor(
    private readonly llm: LlmService,
    private readonly embeddings: EmbeddingsService,
  ) {}

  @Get()
  @Endpoint({
    summary: 'The models that a request may name (可用模型)',
    description:
      'The chat models, as the OpenAI API lists them; the first is the default. Clients offer all of them for a chat, so the embedding model ' +
      'is not among them: only `GET /v1/models/{model}` knows it. `GET /api/models` has the context length of each model.',
    answers: { 200: [OpenAiModelListDto, 'The models'] },
  })
  listOpenAiModels(): OpenAiModelListDto {
    return { object: 'list', data: this.llm.listModels().map(({ name }) => toOpenAiModel(name)) };
  }

  @Get(':model')
  @Endpoint({
    summary: 'One of the models (查看模型)',
    description: 'As `GET /v1/models` lists it, for clients that look a model up before they use it.',
    answers: { 200: [OpenAiModelDto, 'The model'] },
    problems: ['model_not_supported'],
  })
  @ApiParam({
    name: 'model',
    description: 'Its `id`; in a URL a `/` in it is `%2F`',
    schema: { type: 'string', example: 'builtin' },
  })
  getOpenAiModel(@Param('model') model: string): OpenAiModelDto {
    return toOpenAiModel(model === this.embeddings.modelName ? model : this.llm.getModel(model).name);
  }
}

function toOpenAiModel(id: string): OpenAiModelDto {
  return { id, object: 'model', created: 0, owned_by: 'llm-chat-service' };
}
