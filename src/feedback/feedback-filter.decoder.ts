import { invalidField } from '../common/errors/app-error.js';
import { parseDateTime } from '../common/text/date-time.js';
import type { FeedbackFilter } from './feedback-filter.js';
import type { FeedbackFilterDto } from './feedback-filter.dto.js';

/**
 * What a query string asks for.
 * @throws AppError `validation_failed` for a range in which there can be nothing
 */
export function toFeedbackFilter(query: FeedbackFilterDto): FeedbackFilter {
  const { min_stars: minStars, max_stars: maxStars } = query;
  if (minStars !== undefined && maxStars !== undefined && minStars > maxStars)
    throw invalidField('?min_stars', 'must not be more than max_stars');
  const since = toDate(query.since);
  const until = toDate(query.until);
  if (since && until && since >= until) throw invalidField('?since', 'must be before until');
  const { model_name: model, prompt_name: promptName, prompt_version: promptVersion } = query;
  return { minStars, maxStars, since, until, model, promptName, promptVersion };
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : (parseDateTime(text) ?? undefined);
}
