import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../common/api/endpoint.js';
import { LlmService } from './llm.service.js';
import { ModelListDto, toModelListDto } from './models.dto.js';

@ApiTags('models')
@Controller('api/models')
export class ModelsController {
  constructor(private readonly llm: LlmService) {}

  @Get()
  @Endpoint({
    summary: 'The models that a request may name (可用模型)',
    description:
      'A request that names no model gets the default one. The list changes only when the service starts again.',
    answers: { 200: [ModelListDto, 'The models'] },
  })
  listModels(): ModelListDto {
    return toModelListDto(this.llm.listModels());
  }
}
