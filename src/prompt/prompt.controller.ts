import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Put, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import { ApiProblemResponses } from '../common/errors/problem.dto.js';
import type { SettableStatus } from '../common/http/settable-status.js';
import { PromptDto, PromptListDto, SavePromptDto, toPromptDto, toPromptListDto } from './prompt.dto.js';
import { PromptService } from './prompt.service.js';

const ApiName = (example: string) =>
  ApiParam({
    name: 'name',
    description: "The template's name: 1 to 100 letters of any script, digits, `.`, `_` and `-`",
    schema: { type: 'string', minLength: 1, maxLength: 100, example },
  });

/** Prompt templates: a client's own, and the built-in ones that they shadow. */
@ApiTags('prompts')
@Controller('api/prompts')
export class PromptController {
  constructor(private readonly prompts: PromptService) {}

  @Get()
  @ApiOperation({
    operationId: 'listPrompts',
    summary: 'List the prompt templates 提示模板列表',
    description: 'Your own templates, and the built-in ones that you have not shadowed, sorted by name.',
  })
  @ApiOkResponse({ type: PromptListDto, description: 'The templates' })
  async listPrompts(@Caller() client: CallingClient): Promise<PromptListDto> {
    return toPromptListDto(await this.prompts.listTemplates(client.id));
  }

  @Get(':name')
  @ApiOperation({
    operationId: 'getPrompt',
    summary: 'Read a prompt template 查看提示模板',
    description:
      'The template that a request with this `prompt_name` would get: your own, or the built-in one. ' +
      '`llm_chat` stands for `default` unless you have saved a template of that name.',
  })
  @ApiName('default')
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
      'Saves the template under this name, as a new version when it differs from the last one. A template of your own ' +
      'shadows the built-in one of the same name, for you alone.',
  })
  @ApiName('translate')
  @ApiCreatedResponse({ type: PromptDto, description: 'Saved; you had no template of this name' })
  @ApiOkResponse({ type: PromptDto, description: 'Saved in place of an earlier version, or unchanged' })
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
    @Body() body: SavePromptDto,
    @Res({ passthrough: true }) response: SettableStatus,
  ): Promise<PromptDto> {
    const { template, isNew } = await this.prompts.saveTemplate(client.id, name, body);
    response.status(isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return toPromptDto(template);
  }

  @Delete(':name')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    operationId: 'deletePrompt',
    summary: 'Delete a prompt template 删除提示模板',
    description:
      'Deletes your own template of this name; where it shadowed a built-in one, that one is used again. ' +
      'Built-in templates cannot be deleted: 404.',
  })
  @ApiName('translate')
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiProblemResponses('bad_request', 'not_found')
  async deletePrompt(@Caller() client: CallingClient, @Param('name') name: string): Promise<void> {
    await this.prompts.deleteTemplate(client.id, name);
  }
}
