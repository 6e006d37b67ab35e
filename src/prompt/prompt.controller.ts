import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../common/api/endpoint.js';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import type { SettableStatus } from '../common/http/sse/settable-status.js';
import { PageQueryDto } from '../common/pages/page.dto.js';
import { ApiName, ApiReference } from './prompt.api.js';
import {
  PromptDto,
  PromptListDto,
  PromptPageQueryDto,
  PromptVersionListDto,
  SavePromptRequestDto,
} from './prompt.dto.js';
import { toPromptDto, toPromptListDto, toPromptVersionListDto } from './prompt.encoder.js';
import { PromptEditor } from './prompt-editor.js';
import { PromptService } from './prompt.service.js';

/** Prompt templates: a client's own, and the built-in templates that these replace. */
@ApiTags('prompts')
@Controller('api/prompts')
export class PromptController {
  constructor(
    private readonly prompts: PromptService,
    private readonly editor: PromptEditor,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List the prompt templates 提示词模板列表',
    description:
      'Your own templates, and the built-in templates that you have not replaced, sorted by name, a page at a time. Each is ' +
      'shown in the version that its name alone means; a template of your own without a version in production, in its newest version.',
    answers: { 200: [PromptListDto, 'A page of the list'] },
  })
  async listPrompts(
    @Caller() client: CallingClient,
    @Query() query: PromptPageQueryDto,
  ): Promise<PromptListDto> {
    return toPromptListDto(await this.prompts.listTemplates(client.id, query));
  }

  @Get(':name')
  @Endpoint({
    summary: 'Read a prompt template 查看提示词模板',
    description:
      'The template that a request with this `prompt_name` would use: your own, or the built-in template. ' +
      '`llm_chat`, `general_chat` and `py` mean `default` unless you have saved a template of that name.',
    answers: { 200: [PromptDto, 'The template'] },
    problems: ['not_found'],
  })
  @ApiReference('default')
  async getPrompt(@Caller() client: CallingClient, @Param('name') name: string): Promise<PromptDto> {
    return toPromptDto(await this.prompts.readTemplate(client.id, name));
  }

  @Put(':name')
  @Endpoint({
    summary: 'Save a prompt template 保存提示词模板',
    description:
      'Saves the template under this name, as a new version when it differs from the last one, and moves `labels` to it. ' +
      'Versions never change. A template of your own in production replaces the built-in template of the same name, for you ' +
      'alone.',
    answers: {
      200: [PromptDto, 'Saved as a further version, or there already'],
      201: [PromptDto, 'Saved; you had no template of this name'],
    },
    problems: ['prompt_not_valid', 'conflict'],
  })
  @ApiName('translate')
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
  @Endpoint({
    summary: 'Delete a prompt template 删除提示词模板',
    description:
      'Deletes your own template of this name, in all its versions; a built-in template of this name then applies again. ' +
      'Built-in templates cannot be deleted: 404.',
    answers: { 204: 'Deleted' },
    problems: ['not_found'],
  })
  @ApiName('translate')
  async deletePrompt(@Caller() client: CallingClient, @Param('name') name: string): Promise<void> {
    await this.editor.deleteTemplate(client.id, name);
  }

  @Get(':name/versions')
  @Endpoint({
    summary: 'List the versions of a prompt template 提示词模板的版本',
    description:
      'Your own versions of it with their labels, the newest first, a page at a time; none for a built-in template that ' +
      'you have not replaced.',
    answers: { 200: [PromptVersionListDto, 'A page of the list'] },
    problems: ['not_found'],
  })
  @ApiName('default')
  async listPromptVersions(
    @Caller() client: CallingClient,
    @Param('name') name: string,
    @Query() query: PageQueryDto,
  ): Promise<PromptVersionListDto> {
    return toPromptVersionListDto(await this.prompts.listVersions(client.id, name, query));
  }
}
