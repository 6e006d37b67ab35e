import type { ServerResponse } from 'node:http';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, type CallingClient } from '../../auth/calling-client.js';
import { TakesOwnPlaces } from '../../auth/takes-own-places.decorator.js';
import { sendJsonLines } from '../../common/http/json-lines.js';
import { ApiExportDpo, ApiExportEval, ApiExportSft } from './export.api.js';
import { DpoQueryDto, EvalQueryDto, SftQueryDto } from './export.dto.js';
import { toExportRequest, toGoodAnswers, toTrainingOptions } from './export.decoder.js';
import { ExportSlots } from './export-slots.js';
import { ExportService } from './export.service.js';

/** What feedback is collected for: data to train and to evaluate models with. */
@ApiTags('exports')
@TakesOwnPlaces()
@Controller('api/exports')
export class ExportController {
  constructor(
    private readonly exports: ExportService,
    private readonly slots: ExportSlots,
  ) {}

  @Get('sft')
  @ApiExportSft()
  async exportSft(
    @Caller() client: CallingClient,
    @Query() query: SftQueryDto,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const options = { ...toTrainingOptions(query), ...toGoodAnswers(query) };
    const rows = this.exports.sft(toExportRequest(client.id, query), options);
    await this.slots.occupy(client.id, () => sendJsonLines(response, { filename: 'sft.jsonl', rows }));
  }

  @Get('dpo')
  @ApiExportDpo()
  async exportDpo(
    @Caller() client: CallingClient,
    @Query() query: DpoQueryDto,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const rows = this.exports.dpo(toExportRequest(client.id, query), toTrainingOptions(query));
    await this.slots.occupy(client.id, () => sendJsonLines(response, { filename: 'dpo.jsonl', rows }));
  }

  @Get('eval')
  @ApiExportEval()
  async exportEval(
    @Caller() client: CallingClient,
    @Query() query: EvalQueryDto,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const rows = this.exports.eval(toExportRequest(client.id, query), toGoodAnswers(query));
    await this.slots.occupy(client.id, () => sendJsonLines(response, { filename: 'eval.jsonl', rows }));
  }
}
