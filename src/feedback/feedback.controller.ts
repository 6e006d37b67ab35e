import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../common/api/endpoint.js';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import type { SettableStatus } from '../common/http/sse/settable-status.js';
import { FeedbackPageQueryDto } from './feedback-filter.dto.js';
import { toFeedbackFilter } from './feedback-filter.decoder.js';
import {
  FeedbackDto,
  FeedbackListDto,
  FeedbackRequestDto,
  WithdrawFeedbackQueryDto,
} from './feedback.dto.js';
import { toFeedbackDto, toFeedbackListDto } from './feedback.encoder.js';
import { toFeedbackRequest } from './feedback.decoder.js';
import { FeedbackService } from './feedback.service.js';

/** What end users think of answers. */
@ApiTags('feedback')
@Controller('api/feedback')
export class FeedbackController {
  constructor(private readonly feedback: FeedbackService) {}

  @Post()
  @Endpoint({
    summary: 'Rate an answer 用户反馈功能',
    description:
      'Feedback of an end user on an answer of any API, from its first frame on; it helps to improve the documents ' +
      '(用来提升语料质量). Send the `chat_id` (or `message_id`) of an answer that you have received, and the end user who ' +
      'asked. Each end user has one feedback on an answer: a repetition replaces the given fields ' +
      '(a field that is absent or null is not given) and keeps the earlier revision; to remove a field, withdraw the ' +
      'feedback and send the others again. Give at least one of `stars`, `reason` and ' +
      '`better_answer`. A repetition without a change makes no revision. An unknown `chat_id`, one of another client and one of another end user are ' +
      'the same 404.',
    answers: {
      200: [FeedbackDto, 'Stored in place of the earlier revision, or the same as it'],
      201: [FeedbackDto, 'Stored; the first from this end user'],
    },
    problems: ['not_found'],
  })
  async sendFeedback(
    @Caller() client: CallingClient,
    @Body() body: FeedbackRequestDto,
    @Res({ passthrough: true }) response: SettableStatus,
  ): Promise<FeedbackDto> {
    const { feedback, isNew } = await this.feedback.send(toFeedbackRequest(client.id, body));
    response.status(isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return toFeedbackDto(feedback);
  }

  @Get()
  @Endpoint({
    summary: 'List the feedback with its questions and answers 反馈列表',
    description:
      'Your feedback in its latest revision, each with its question and answer, the newest first, a page at a ' +
      'time. A feedback must match all filters.',
    answers: { 200: [FeedbackListDto, 'A page of the list'] },
  })
  async listFeedback(
    @Caller() client: CallingClient,
    @Query() query: FeedbackPageQueryDto,
  ): Promise<FeedbackListDto> {
    const { limit, cursor, uid } = query;
    const filter = toFeedbackFilter(query);
    return toFeedbackListDto(await this.feedback.list(client.id, { ...filter, limit, cursor, uid }));
  }

  @Delete(':chat_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Endpoint({
    summary: 'Withdraw a feedback 撤回反馈',
    description:
      'Deletes the feedback of an end user on an answer, with its earlier revisions; the answer stays. When it is sent ' +
      'again, it is the first revision again. Feedback that does not exist, another client’s and another ' +
      'end user’s are the same 404.',
    answers: { 204: 'Withdrawn' },
    problems: ['not_found'],
  })
  @ApiParam({
    name: 'chat_id',
    schema: { type: 'string', format: 'uuid', example: '8ab304d4-2bb8-4843-8b7f-4eff5a1d1f77' },
    description: '`message_id` of the Conversation API, `chat_id` of the QA API, `id` of a chat completion',
  })
  async withdrawFeedback(
    @Caller() client: CallingClient,
    @Param('chat_id') turnId: string,
    @Query() { uid }: WithdrawFeedbackQueryDto,
  ): Promise<void> {
    await this.feedback.withdraw({ clientId: client.id, turnId, uid });
  }
}
