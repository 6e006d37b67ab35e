import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Put, Query, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import { ApiProblemResponses } from '../common/errors/problem.dto.js';
import type { SettableStatus } from '../common/http/sse/settable-status.js';
import { PageQueryDto } from '../common/pages/page-query.dto.js';
import { ApiName, ApiReference } from './prompt.api.js';
import {
  PromptDto,
  PromptListDto,
  PromptPageQueryDto,
  PromptVersionListDto,
  SavePromptRequestDto,
  toPromptDto,
  toPromptListDto,
  toPromptVersionListDto,
} from './prompt.dto.js';
import { PromptEditor } from './prompt-editor.js';
import { PromptService } from './prompt.service.js';

/** Prompt templates: a client's own, and the built-in ones that they shadow. */
@ApiTags('prompts')
@Controller('api/prompts')
export class PromptController {
  constructor(
    private readonly prompts: PromptService,
    private readonly editor: PromptEditor,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listPrompts',
    summary: 'List the prompt templates 提示模板列表',
    description:
      'Your own templates, and the built-in ones that you have not shadowed, sorted by name, a page at a time. Each is ' +
      'shown as its name alone would give it; one of your own that has no version in production, in its newest version.',
  })
  @ApiOkResponse({ type: PromptListDto, description: 'A page of the list' })
  @ApiProblemResponses('validation_failed')
  async listPrompts(
    @Caller() client: CallingClient,
    @Query() query: PromptPageQueryDto,
  ): Promise<PromptListDto> {
    return toPromptListDto(await this.prompts.listTemplates(client.id, query));
  }

  @Get(':name')
  @ApiOperation({
    operationId: 'getPrompt',
    summary: 'Read a prompt template 查看提示模板',
    description:
      'The template that a request with this `prompt_name` would get: your own, or the built-in one. ' +
      '`llm_chat`, `general_chat` and `py` stand for `default` unless you have saved a template of that name.',
  })
  @ApiReference('default')
  @ApiOkResponse({ type: PromptDto, description: 'The template' })
  @ApiProblemResponses('bad_request', 'not_found')
  async getPrompt(@Caller() client: CallingClient, @Param('name') name: string): Promise<PromptDto> {
    return toPromptDto(await this.prompts.readTemplate(client.id, name));
  }

  @Put(':name')
  @ApiOperation({
    operationId: 'savePrompt',
    summary: 'Save a prompt template 保存提示模板',
    description:
      'Saves the template under this name, as a new version when it differs from the last one, and moves `labels` to it. ' +
      'Versions never change. A template of your own in production shadows the built-in one of the same name, for you ' +
      'alone.',
  })
  @ApiName('translate')
  @ApiCreatedResponse({ type: PromptDto, description: 'Saved; you had no template of this name' })
  @ApiOkResponse({ type: PromptDto, description: 'Saved as a further version, or there already' })
  @ApiProblemResponses(
    'validation_failed',
    'malformed_json',
    'bad_request',
    'prompt_not_valid',
    'conflict',
    'payload_too_large',
    'unsupported_media_type',
  )
  async savePrompt(
    @Caller() client: CallingClient,
    @Param('name') name: string,
    @Body() body: SavePromptRequestDto,
    @Res({ passthrough: true }) response: SettableStatus,
  ): Promise<PromptDto> {
    const { template, isNew } = await this.editor.saveTemplate(client.id, name, body);
    response.status(isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return toPromptDto(template);
  }

  @Delete(':name')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    operationId: 'deletePrompt',
    summary: 'Delete a prompt template 删除提示模板',
    description:
      'Deletes your own template of this name, in all its versions; where it shadowed a built-in one, that one is used again. ' +
      'Built-in templates cannot be deleted: 404.',
  })
  @ApiName('translate')
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiProblemResponses('bad_request', 'not_found')
  async deletePrompt(@Caller() client: CallingClient, @Param('name') name: string): Promise<void> {
    await this.editor.deleteTemplate(client.id, name);
  }

  @Get(':name/versions')
  @ApiOperation({
    operationId: 'listPromptVersions',
    summary: 'List the versions of a prompt template 提示模板的版本',
    description:
      'Your own versions of it with their labels, the newest first, a page at a time; none of a built-in template that ' +
      'you have not shadowed.',
  })
  @ApiName('default')
  @ApiOkResponse({ type: PromptVersionListDto, description: 'A page of the list' })
  @ApiProblemResponses('validation_failed', 'bad_request', 'not_found')
  async listPromptVersions(
    @Caller() client: CallingClient,
    @Param('name') name: string,
    @Query() query: PageQueryDto,
  ): Promise<PromptVersionListDto> {
    return toPromptVersionListDto(await this.prompts.listVersions(client.id, name, query));
  }
}
