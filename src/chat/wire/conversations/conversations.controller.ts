import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { ApiProblemResponses } from '../../../common/errors/problem.dto.js';
import { ConversationService } from '../../conversation/conversation.service.js';
import {
  ConversationDto,
  ConversationListDto,
  ConversationMessageListDto,
  ConversationPageQueryDto,
  ConversationQueryDto,
  MessagePageQueryDto,
  RenameConversationRequestDto,
} from './conversations.dto.js';
import { decodeEndUser } from './conversations.decoder.js';
import { toConversation, toConversationList, toMessageList } from './conversations.encoder.js';

const ApiConversationId = () =>
  ApiParam({
    name: 'conversation_id',
    description:
      'Your own id of the conversation (对话框的ID); generated clients encode it, others must percent-encode it. `.` and `..` cannot be reached: HTTP clients take ' +
      'them for steps in the path.',
    schema: { type: 'string', minLength: 1, maxLength: 128, example: 'conv456' },
  });

/** What was asked and answered in the conversations of variant A. They are made by their first question. */
@ApiTags('conversations')
@Controller('api/conversations')
export class ConversationsController {
  constructor(private readonly conversations: ConversationService) {}

  @Get()
  @ApiOperation({
    operationId: 'listConversations',
    summary: 'List the conversations 对话列表',
    description: 'Your conversations, or those of one end user, the newest first, a page at a time.',
  })
  @ApiOkResponse({ type: ConversationListDto, description: 'A page of the list' })
  @ApiProblemResponses('validation_failed')
  async listConversations(
    @Caller() client: CallingClient,
    @Query() { user_id: endUser, limit, cursor }: ConversationPageQueryDto,
  ): Promise<ConversationListDto> {
    return toConversationList(await this.conversations.list(client.id, { endUser, limit, cursor }));
  }

  @Get(':conversation_id')
  @ApiOperation({ operationId: 'getConversation', summary: 'Read a conversation 查看对话' })
  @ApiConversationId()
  @ApiOkResponse({ type: ConversationDto, description: 'The conversation' })
  @ApiProblemResponses('validation_failed', 'not_found')
  async getConversation(
    @Caller() client: CallingClient,
    @Param('conversation_id') externalId: string,
    @Query() { user_id: endUser }: ConversationQueryDto,
  ): Promise<ConversationDto> {
    return toConversation(await this.conversations.get({ clientId: client.id, externalId, endUser }));
  }

  @Get(':conversation_id/messages')
  @ApiOperation({
    operationId: 'listConversationMessages',
    summary: 'List what was said in a conversation 对话消息',
    description:
      'The questions and their answers, the newest first, a page at a time: also those that failed, were stopped, or ' +
      'are being answered.',
  })
  @ApiConversationId()
  @ApiOkResponse({ type: ConversationMessageListDto, description: 'A page of the list' })
  @ApiProblemResponses('validation_failed', 'not_found')
  async listConversationMessages(
    @Caller() client: CallingClient,
    @Param('conversation_id') externalId: string,
    @Query() { user_id: endUser, limit, cursor }: MessagePageQueryDto,
  ): Promise<ConversationMessageListDto> {
    const key = { clientId: client.id, externalId, endUser };
    return toMessageList(await this.conversations.listTurns(key, { limit, cursor }));
  }

  @Patch(':conversation_id')
  @ApiOperation({ operationId: 'renameConversation', summary: 'Rename a conversation 重命名对话' })
  @ApiConversationId()
  @ApiOkResponse({ type: ConversationDto, description: 'The conversation under its new name' })
  @ApiProblemResponses(
    'validation_failed',
    'malformed_json',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
  )
  async renameConversation(
    @Caller() client: CallingClient,
    @Param('conversation_id') externalId: string,
    @Query() query: ConversationQueryDto,
    @Body() body: RenameConversationRequestDto,
  ): Promise<ConversationDto> {
    const key = { clientId: client.id, externalId, endUser: decodeEndUser(query, body) };
    return toConversation(await this.conversations.rename(key, body.name));
  }

  @Delete(':conversation_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    operationId: 'deleteConversation',
    summary: 'Delete a conversation 删除对话',
    description:
      'Deletes the conversation with everything that was said in it, and the feedback on it. While a question is being ' +
      'answered in it, that is refused.',
  })
  @ApiConversationId()
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiProblemResponses('validation_failed', 'not_found', 'turn_in_progress')
  async deleteConversation(
    @Caller() client: CallingClient,
    @Param('conversation_id') externalId: string,
    @Query() { user_id: endUser }: ConversationQueryDto,
  ): Promise<void> {
    await this.conversations.delete({ clientId: client.id, externalId, endUser });
  }
}
