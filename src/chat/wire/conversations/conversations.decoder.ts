import { notFound } from '../../../common/errors/app-error.js';
import { orNothing } from '../given-text.js';
import type { ConversationQueryDto, RenameConversationRequestDto } from './conversations.dto.js';

/**
 * Whose conversation is to be renamed: as the body says, as in `POST /chat`, or the query; undefined: anybody's.
 * @throws AppError `not_found` when they name two end users: no conversation is of both
 */
export function decodeEndUser(
  { user_id: inQuery }: ConversationQueryDto,
  body: RenameConversationRequestDto,
): string | undefined {
  const inBody = orNothing(body.user_id);
  if (inBody !== undefined && inQuery !== undefined && inBody !== inQuery) throw notFound('conversation');
  return inBody ?? inQuery;
}
