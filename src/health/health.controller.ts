import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { ApiProblemResponses } from '../common/errors/problem.dto.js';
import { HealthStatusDto, PongDto } from './health.dto.js';
import { HealthService } from './health.service.js';

@Public()
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('api/ping')
  @ApiOperation({ operationId: 'ping', summary: 'Whether the service answers (测试服务是否在运行)' })
  @ApiOkResponse({ type: PongDto, description: 'It answers' })
  ping(): PongDto {
    return { message: 'pong' };
  }

  @Get('health/live')
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Whether the process is alive: nothing but its event loop',
  })
  @ApiOkResponse({ type: HealthStatusDto, description: 'It is alive' })
  live(): HealthStatusDto {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary:
      'Whether the service takes requests: its database answers, is migrated, and no shutdown is under way',
  })
  @ApiOkResponse({ type: HealthStatusDto, description: 'It takes requests' })
  @ApiProblemResponses('shutting_down', 'database_unavailable')
  ready(): Promise<HealthStatusDto> {
    return this.health.ready();
  }
}
