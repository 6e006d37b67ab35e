import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblemResponses } from '../../../common/errors/problem.dto.js';
import { LlmService } from '../../../llm/llm.service.js';
import { OpenAiModelDto, OpenAiModelListDto } from './frames.dto.js';

/** The models, as the OpenAI API lists them. */
@ApiTags('openai')
@Controller('v1/models')
export class OpenAiModelsController {
  constructor(private readonly llm: LlmService) {}

  @Get()
  @ApiOperation({ operationId: 'listOpenAiModels', summary: 'The models that a request may name (可用模型)' })
  @ApiOkResponse({ type: OpenAiModelListDto, description: 'The models' })
  list(): OpenAiModelListDto {
    return { object: 'list', data: this.llm.listModels().map(({ name }) => toOpenAiModel(name)) };
  }

  @Get(':model')
  @ApiOperation({ operationId: 'getOpenAiModel', summary: 'One of the models (查看模型)' })
  @ApiParam({
    name: 'model',
    description: 'Its `id`; in a URL a `/` in it is `%2F`',
    schema: { type: 'string', example: 'builtin' },
  })
  @ApiOkResponse({ type: OpenAiModelDto, description: 'The model' })
  @ApiProblemResponses('model_not_supported')
  get(@Param('model') model: string): OpenAiModelDto {
    return toOpenAiModel(this.llm.getModel(model).name);
  }
}

function toOpenAiModel(id: string): OpenAiModelDto {
  return { id, object: 'model', created: 0, owned_by: 'llm-chat-service' };
}
