import { IsBoolean, IsOptional } from 'class-validator';
import { Integer, Uuid } from '../../../common/api/fields.js';
import { FinishWord, StatusWord, UsageDto } from '../../../common/api/turn.dto.js';
import { Lenient, toBoolean } from '../../../common/http/lenient-scalars.js';

/** The query string of `GET /api/chat/{chat_id}/stream`. */
export class FollowQueryDto {
  /** Whether the stream shows the reasoning of the model (是否返回思考内容), as `Think-Status: ON` does for the QA API; absent: no */
  @Lenient(toBoolean) @IsOptional() @IsBoolean({ message: 'must be true or false' }) reasoning?: boolean;
}

/** The state in which a turn was left. */
export class StoppedTurnDto {
  @Uuid() chat_id!: string;
  /**
   * `cancelled`: it was stopped; `completed`, `failed`: it had ended before; `running`: the process that answers it did
   * not react within 5 seconds, send this again.
   */
  @StatusWord() status!: StatusWord;
  @FinishWord('Absent while it is running, and when it failed') finish_reason?: FinishWord;
  /** The length of the kept text, in UTF-16 code units @example 120 */
  @Integer({ min: 0 }) characters!: number;
  usage?: UsageDto;
}
