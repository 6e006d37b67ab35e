import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LlmService } from './llm.service.js';
import { ModelListDto, toModelListDto } from './models.dto.js';

@ApiTags('models')
@Controller('api/models')
export class ModelsController {
  constructor(private readonly llm: LlmService) {}

  @Get()
  @ApiOperation({ operationId: 'listModels', summary: 'The models that a request may name (可用模型)' })
  @ApiOkResponse({ type: ModelListDto, description: 'The models' })
  list(): ModelListDto {
    return toModelListDto(this.llm.listModels());
  }
}
