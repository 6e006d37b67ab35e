export class PongDto {
  /** @example 'pong' */
  message!: 'pong';
}

export class HealthStatusDto {
  /** @example 'ok' */
  status!: 'ok';
}
