import { Integer, Uuid } from '../../../common/api/schema.js';
import {
  type FinishReasonName,
  FinishReasonWord,
  type TurnStatusName,
  TurnStatusWord,
} from '../../../common/api/turn-words.js';
import { UsageDto } from '../../../common/api/usage.dto.js';

/** The state in which a turn was left. */
export class StoppedTurnDto {
  @Uuid() chat_id!: string;
  /**
   * `cancelled`: it was stopped; `completed`, `failed`: it had ended before; `running`: the process that answers it did
   * not react within 5 seconds, send this again.
   */
  @TurnStatusWord() status!: TurnStatusName;
  /** Absent while it is running, and when it failed */
  @FinishReasonWord() finish_reason?: FinishReasonName;
  /** The length of the kept text, in UTF-16 code units @example 120 */
  @Integer({ min: 0 }) characters!: number;
  usage?: UsageDto;
}
