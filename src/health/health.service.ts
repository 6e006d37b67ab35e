import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { Shutdown } from '../common/shutdown.js';
import { DatabaseHealth } from '../database/database-health.js';
import type { HealthStatusDto } from './health.dto.js';

/** Readiness. It never asks a model: a failing model would take every replica out at once. */
@Injectable()
export class HealthService {
  constructor(
    private readonly shutdown: Shutdown,
    private readonly database: DatabaseHealth,
  ) {}

  /** @throws AppError `shutting_down` or `database_unavailable` (both 503) */
  async ready(): Promise<HealthStatusDto> {
    if (this.shutdown.isUnderWay) throw new AppError('shutting_down', 'The service is shutting down.');
    if (!(await this.database.isReady())) {
      throw new AppError('database_unavailable', 'The database does not answer, or is not migrated yet.');
    }
    return { status: 'ok' };
  }
}
