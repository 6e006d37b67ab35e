import { ApiSchema } from '@nestjs/swagger';
import { Example, Integer, Uuid } from '../../../common/api/fields.js';
import { FinishWord, UsageDto } from '../../../common/api/turn.dto.js';
import { ProblemDto } from '../../../common/errors/problem.dto.js';

@ApiSchema({ description: 'A complete answer of the Conversation API' })
export class ChatAnswerDto {
  @Example('机器学习是一门关于算法和统计的科学。') text!: string;
  /** With `"reasoning": true`: what the model thought; absent: it showed nothing @example '用户想知道定义。' */
  reasoning?: string;
  @Uuid('The turn; feedback takes it as chat_id') message_id!: string;
  @Example('conv456') conversation_id!: string;
  @Example('chatglm3-6b') model_name!: string;
  @FinishWord() finish_reason!: FinishWord;
  usage!: UsageDto;
}

@ApiSchema({ description: 'The first frame: the question was accepted' })
export class ChatStartedFrameDto {
  text!: '';
  @Uuid() message_id!: string;
  @Example('conv456') conversation_id!: string;
}

@ApiSchema({ description: 'More text, not cumulative; empty when it only keeps the connection open' })
export class ChatDeltaFrameDto {
  @Example('机器学习') text!: string;
  /** With `"reasoning": true`: more of what the model thinks, not cumulative; `text` is empty then @example '用户想知道' */
  reasoning?: string;
  @Uuid() message_id!: string;
}

@ApiSchema({ description: 'The end of an answer, and of its stream' })
export class ChatEndedFrameDto {
  text!: '';
  @Uuid() message_id!: string;
  @FinishWord() finish_reason!: FinishWord;
  usage!: UsageDto;
}

@ApiSchema({ description: 'The end of an answer that failed, and of its stream' })
export class ChatFailedFrameDto {
  text!: '';
  @Uuid() message_id!: string;
  @Integer({ min: 400, max: 599, description: 'The status that `error` has', example: 502 }) code!: number;
  /** For people @example 'The model server failed.' */
  msg!: string;
  /** Only with `turn_interrupted`: the UTF-16 code units of the stored text; text beyond it is lost @example 42 */
  @Integer({ min: 0 }) stored_chars?: number;
  error!: ProblemDto;
}

/** What a stream is made of. */
export const CHAT_FRAMES = [
  ChatFailedFrameDto,
  ChatEndedFrameDto,
  ChatStartedFrameDto,
  ChatDeltaFrameDto,
] as const;
export type ChatFrame = InstanceType<(typeof CHAT_FRAMES)[number]>;
