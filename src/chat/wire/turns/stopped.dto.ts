import { Enum, Integer, Uuid } from '../../../common/api/schema.js';
import { UsageDto } from '../../../common/api/usage.dto.js';

/** The state in which a turn was left. */
export class StoppedTurnDto {
  /** @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  @Uuid() chat_id!: string;
  /**
   * `cancelled`: it was stopped; `completed`, `failed`: it had ended before; `running`: the process that answers it did
   * not react within 5 seconds, send this again.
   * @example 'cancelled'
   */
  @Enum('TurnStatus', ['running', 'completed', 'failed', 'cancelled'])
  status!: 'running' | 'completed' | 'failed' | 'cancelled';
  /** Absent while it is running, and when it failed @example 'cancelled' */
  @Enum('FinishReason', ['stop', 'length', 'content_filter', 'cancelled']) finish_reason?: string;
  /** The length of the kept text, in UTF-16 code units @example 120 */
  @Integer({ min: 0 }) characters!: number;
  usage?: UsageDto;
}
