import { ApiProperty } from '@nestjs/swagger';

export class PongDto {
  @ApiProperty({ enum: ['pong'], example: 'pong' })
  message!: 'pong';
}

export class HealthStatusDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
