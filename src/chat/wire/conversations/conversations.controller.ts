import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../../common/api/endpoint.js';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
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
      'Your own id of the conversation (会话 ID); generated clients encode it, others must percent-encode it. No request can reach `.` and `..`: HTTP clients treat ' +
      'them as steps in the path.',
    schema: { type: 'string', minLength: 1, maxLength: 128, example: 'conv456' },
  });

/** What was asked and answered in the conversations of the Conversation API. They are made by their first question. */
@ApiTags('conversations')
@Controller('api/conversations')
export class ConversationsController {
  constructor(private readonly conversations: ConversationService) {}

  @Get()
  @Endpoint({
    summary: 'List the conversations 会话列表',
    description: 'Your conversations, or those of one end user, the newest first, a page at a time.',
    answers: { 200: [ConversationListDto, 'A page of the list'] },
  })
  async listConversations(
    @Caller() client: CallingClient,
    @Query() { user_id: endUser, limit, cursor }: ConversationPageQueryDto,
  ): Promise<ConversationListDto> {
    return toConversationList(await this.conversations.list(client.id, { endUser, limit, cursor }));
  }

  @Get(':conversation_id')
  @Endpoint({
    summary: 'Read a conversation 查看会话',
    description: 'Its name, end user and times; `GET …/messages` has its questions and answers.',
    answers: { 200: [ConversationDto, 'The conversation'] },
    problems: ['not_found'],
  })
  @ApiConversationId()
  async getConversation(
    @Caller() client: CallingClient,
    @Param('conversation_id') externalId: string,
    @Query() { user_id: endUser }: ConversationQueryDto,
  ): Promise<ConversationDto> {
    return toConversation(await this.conversations.get({ clientId: client.id, externalId, endUser }));
  }

  @Get(':conversation_id/messages')
  @Endpoint({
    summary: 'List the questions and answers of a conversation 会话消息',
    description:
      'The questions and their answers, the newest first, a page at a time: also failed, stopped and ' +
      'running ones.',
    answers: { 200: [ConversationMessageListDto, 'A page of the list'] },
    problems: ['not_found'],
  })
  @ApiConversationId()
  async listConversationMessages(
    @Caller() client: CallingClient,
    @Param('conversation_id') externalId: string,
    @Query() { user_id: endUser, limit, cursor }: MessagePageQueryDto,
  ): Promise<ConversationMessageListDto> {
    const key = { clientId: client.id, externalId, endUser };
    return toMessageList(await this.conversations.listTurns(key, { limit, cursor }));
  }

  @Patch(':conversation_id')
  @Endpoint({
    summary: 'Rename a conversation 重命名会话',
    description: 'Changes only the name: its questions and answers, and its place in lists, stay.',
    answers: { 200: [ConversationDto, 'The conversation under its new name'] },
    problems: ['not_found'],
  })
  @ApiConversationId()
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
  @Endpoint({
    summary: 'Delete a conversation 删除会话',
    description:
      'Deletes the conversation with all its questions and answers, and the feedback on them. While it has a running ' +
      'answer, the service refuses this.',
    answers: { 204: 'Deleted' },
    problems: ['not_found', 'turn_in_progress'],
  })
  @ApiConversationId()
  async deleteConversation(
    @Caller() client: CallingClient,
    @Param('conversation_id') externalId: string,
    @Query() { user_id: endUser }: ConversationQueryDto,
  ): Promise<void> {
    await this.conversations.delete({ clientId: client.id, externalId, endUser });
  }
}
