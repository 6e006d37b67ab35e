import { ApiSchema } from '@nestjs/swagger';
import { Enum, Integer, Uuid } from '../../../common/api/schema.js';
import { UsageDto } from '../../../common/api/usage.dto.js';
import { ProblemDto } from '../../../common/errors/problem.dto.js';

const FINISH_REASONS = ['stop', 'length', 'content_filter', 'cancelled'] as const;

@ApiSchema({ description: 'A complete answer of the Conversation API' })
export class ChatAnswerDto {
  /** @example '机器学习是一门关于算法和统计的科学。' */
  text!: string;
  /** The turn; feedback takes it as chat_id @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  @Uuid() message_id!: string;
  /** @example 'conv456' */
  conversation_id!: string;
  /** @example 'chatglm3-6b' */
  model_name!: string;
  /** @example 'stop' */
  @Enum('FinishReason', FINISH_REASONS) finish_reason!: (typeof FINISH_REASONS)[number];
  usage!: UsageDto;
}

@ApiSchema({ description: 'The first frame: the question was accepted' })
export class ChatStartedFrameDto {
  text!: '';
  /** @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  @Uuid() message_id!: string;
  /** @example 'conv456' */
  conversation_id!: string;
}

@ApiSchema({ description: 'More text, not cumulative; empty when it only keeps the connection open' })
export class ChatDeltaFrameDto {
  /** @example '机器学习' */
  text!: string;
  /** @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  @Uuid() message_id!: string;
}

@ApiSchema({ description: 'The end of an answer, and of its stream' })
export class ChatEndedFrameDto {
  text!: '';
  /** @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  @Uuid() message_id!: string;
  /** @example 'stop' */
  @Enum('FinishReason', FINISH_REASONS) finish_reason!: (typeof FINISH_REASONS)[number];
  usage!: UsageDto;
}

@ApiSchema({ description: 'The end of an answer that failed, and of its stream' })
export class ChatFailedFrameDto {
  text!: '';
  /** @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  @Uuid() message_id!: string;
  /** The status that `error` has @example 502 */
  @Integer({ min: 400, max: 599 }) code!: number;
  /** For people @example 'The model server failed.' */
  msg!: string;
  /**
   * Only with `turn_interrupted`: the length of the stored text, in UTF-16 code units. Text that you have beyond it
   * is lost.
   * @example 42
   */
  @Integer({ min: 0 }) stored_chars?: number;
  error!: ProblemDto;
}
