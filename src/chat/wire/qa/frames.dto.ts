import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ProblemDto } from '../../../common/errors/problem.dto.js';
import { SourceDocDto } from '../../../common/api/source-doc.dto.js';
import { UsageDto } from '../../../common/api/usage.dto.js';

const CHAT_ID = '71746553-1652-4a22-833b-f45e798aa1d1';

/** The first frame: the turn was accepted. */
@ApiSchema({
  name: 'QaStartedFrame',
  description: 'The first frame: the question was accepted',
})
export class QaStartedFrameDto {
  @ApiProperty({ enum: [''] })
  data!: '';

  @ApiProperty({ format: 'uuid', example: CHAT_ID, description: 'The turn, for feedback (标记对话 id)' })
  chat_id!: string;
}

/** The passages that the answer may draw on, once, before the first token (输出信息来源). */
@ApiSchema({
  name: 'QaSourcesFrame',
  description: 'The passages that the answer may draw on, once, before its text (输出信息来源)',
})
export class QaSourcesFrameDto {
  @ApiProperty({ type: [SourceDocDto] })
  sourceDocs!: SourceDocDto[];

  @ApiProperty({ format: 'uuid', example: CHAT_ID })
  chat_id!: string;
}

/** More text, not cumulative; empty when it only keeps the connection open. */
@ApiSchema({
  name: 'QaDeltaFrame',
  description: 'More text, not cumulative; empty when it only keeps the connection open',
})
export class QaDeltaFrameDto {
  @ApiProperty({ example: 'Send ' })
  data!: string;
}

/**
 * `RETRYING`: drop the text since the last `BREAK`, or since the start. `BREAK`: what came before is
 * one message; the next begins.
 */
@ApiSchema({
  name: 'QaActionFrame',
  description:
    '`RETRYING`: drop the text since the last `BREAK`, or since the start. `BREAK`: what came before is one message and stays; the next begins.',
})
export class QaActionFrameDto {
  @ApiProperty({ enum: ['RETRYING', 'BREAK'], enumName: 'QaAction', example: 'BREAK' })
  action!: 'RETRYING' | 'BREAK';
}

/** The last frame of an answer, before `[DONE]`. */
@ApiSchema({
  name: 'QaEndedFrame',
  description: 'The end of an answer, before `[DONE]`',
})
export class QaEndedFrameDto {
  @ApiProperty({ enum: [''] })
  data!: '';

  @ApiProperty({
    enum: ['stop', 'length', 'content_filter', 'cancelled'],
    enumName: 'FinishReason',
    example: 'stop',
  })
  finish_reason!: 'stop' | 'length' | 'content_filter' | 'cancelled';

  @ApiProperty({ type: UsageDto })
  usage!: UsageDto;
}

/** The last frame of an answer that failed, before `[DONE]`. */
@ApiSchema({
  name: 'QaFailedFrame',
  description: 'The end of an answer that failed, before `[DONE]`',
})
export class QaFailedFrameDto {
  @ApiProperty({ enum: [''] })
  data!: '';

  @ApiProperty({ type: ProblemDto })
  error!: ProblemDto;
}
