import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../common/api/endpoint.js';
import { Public } from '../auth/public.decorator.js';
import { HealthStatusDto, PongDto } from './health.dto.js';
import { HealthService } from './health.service.js';

@Public()
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('api/ping')
  @Endpoint({
    summary: 'Whether the service answers (测试服务是否在运行)',
    description: 'Asks neither the database nor a model server: `GET /health/ready` asks the database.',
    answers: { 200: [PongDto, 'It answers'] },
  })
  ping(): PongDto {
    return { message: 'pong' };
  }

  @Get('health/live')
  @Endpoint({
    summary: 'Whether the process is alive: nothing but its event loop',
    description: 'For liveness probes: when it does not answer, start the process again.',
    answers: { 200: [HealthStatusDto, 'It is alive'] },
  })
  getLiveness(): HealthStatusDto {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Endpoint({
    summary:
      'Whether the service takes requests: its database answers, is migrated, and no shutdown is under way',
    description: 'For readiness probes and load balancers: on 503, send new requests elsewhere.',
    answers: { 200: [HealthStatusDto, 'It takes requests'] },
    problems: ['shutting_down', 'database_unavailable'],
  })
  getReadiness(): Promise<HealthStatusDto> {
    return this.health.ready();
  }
}
