import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'Pong' })
export class PongDto {
  @ApiProperty({ enum: ['pong'], example: 'pong' })
  message!: 'pong';
}

@ApiSchema({ name: 'HealthStatus' })
export class HealthStatusDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
