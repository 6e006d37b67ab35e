import { Body, Controller, HttpStatus, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import { ApiProblemResponses } from '../common/errors/problem.dto.js';
import type { SettableStatus } from '../common/http/settable-status.js';
import { FeedbackDto, SendFeedbackDto, toFeedbackDto, toFeedbackRequest } from './feedback.dto.js';
import { FeedbackService } from './feedback.service.js';

/** What end users think of answers. */
@ApiTags('feedback')
@Controller('api/feedback')
export class FeedbackController {
  constructor(private readonly feedback: FeedbackService) {}

  @Post()
  @ApiOperation({
    operationId: 'sendFeedback',
    summary: 'Rate an answer 用户反馈功能',
    description:
      'User feedback on an answer of either variant, from its first frame on; it helps to improve the material ' +
      '(用来提升语料质量). Put in the `chat_id` (or `message_id`) of an answer that you have received, and the end user who ' +
      'asked. There is one feedback for each answer and end user: sending again replaces the fields that are given ' +
      '(a field that is absent or null is not given) and keeps the earlier revision. All of `stars`, `reason` and ' +
      '`better_answer` may be left out. An unknown `chat_id`, one of another client and one of another end user are ' +
      'the same 404.',
  })
  @ApiCreatedResponse({ type: FeedbackDto, description: 'Stored; the first from this end user' })
  @ApiOkResponse({ type: FeedbackDto, description: 'Stored in place of the earlier revision' })
  @ApiProblemResponses(
    'validation_failed',
    'malformed_json',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
  )
  async sendFeedback(
    @Caller() client: CallingClient,
    @Body() body: SendFeedbackDto,
    @Res({ passthrough: true }) response: SettableStatus,
  ): Promise<FeedbackDto> {
    const stored = await this.feedback.send(toFeedbackRequest(client.id, body));
    response.status(stored.revision === 1 ? HttpStatus.CREATED : HttpStatus.OK);
    return toFeedbackDto(stored);
  }
}
