import { toFeedbackFilter } from '../feedback-filter.decoder.js';
import type { GoodAnswers, TrainingOptions } from './export-rows.js';
import type { ExportRequest } from './export.service.js';
import type { ExportQueryDto, GoodAnswersQueryDto, TrainingQueryDto } from './export.dto.js';

/** @throws AppError `validation_failed` for a range in which there can be nothing */
export function toExportRequest(clientId: string, query: ExportQueryDto): ExportRequest {
  return { clientId, filter: toFeedbackFilter(query), historyRounds: query.history_len };
}

export function toGoodAnswers({ good_stars: goodStars }: GoodAnswersQueryDto): GoodAnswers {
  return { goodStars };
}

export function toTrainingOptions({ format, prompt }: TrainingQueryDto): TrainingOptions {
  return { format, prompt };
}
