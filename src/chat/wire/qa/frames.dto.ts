import { ApiSchema } from '@nestjs/swagger';
import { Enum, Example, Uuid } from '../../../common/api/fields.js';
import { FinishWord, SourceDocDto, UsageDto } from '../../../common/api/turn.dto.js';
import { ProblemDto } from '../../../common/errors/problem.dto.js';

const ABOUT_ACTIONS = `\`RETRYING\`: drop the text and the reasoning since the last \`BREAK\`, or since the start. \`BREAK\`: the text before it is one
message and stays; the next message begins.`;

@ApiSchema({ description: 'The first frame: the question was accepted' })
export class QaStartedFrameDto {
  data!: '';
  @Uuid('The turn, for feedback (标记回答 ID)') chat_id!: string;
}

@ApiSchema({ description: 'The chunks that the answer may draw on, once, before its text (输出信息来源)' })
export class QaSourcesFrameDto {
  sourceDocs!: SourceDocDto[];
  @Uuid() chat_id!: string;
}

@ApiSchema({ description: 'More text, not cumulative; empty when it only keeps the connection open' })
export class QaDeltaFrameDto {
  @Example('Send ') data!: string;
  /** With `Think-Status: ON`: more of what the model thinks, not cumulative; `data` is empty then @example 'The user asks ' */
  reasoning?: string;
}

@ApiSchema({ description: ABOUT_ACTIONS })
export class QaActionFrameDto {
  @Example('BREAK') @Enum('QaAction', ['RETRYING', 'BREAK']) action!: 'RETRYING' | 'BREAK';
}

@ApiSchema({ description: 'The end of an answer, before `[DONE]`' })
export class QaEndedFrameDto {
  data!: '';
  @FinishWord() finish_reason!: FinishWord;
  usage!: UsageDto;
}

@ApiSchema({ description: 'The end of an answer that failed, before `[DONE]`' })
export class QaFailedFrameDto {
  data!: '';
  error!: ProblemDto;
}

/** What a stream is made of, before `[DONE]`. */
export const QA_FRAMES = [
  QaFailedFrameDto,
  QaEndedFrameDto,
  QaSourcesFrameDto,
  QaStartedFrameDto,
  QaActionFrameDto,
  QaDeltaFrameDto,
] as const;
export type QaFrame = InstanceType<(typeof QA_FRAMES)[number]>;
