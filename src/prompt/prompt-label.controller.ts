import { Body, Controller, Delete, HttpCode, HttpStatus, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../common/api/endpoint.js';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import { MovePromptLabelRequestDto } from './prompt-label.dto.js';
import { ApiLabel, ApiName } from './prompt.api.js';
import { PromptDto } from './prompt.dto.js';
import { toPromptDto } from './prompt.encoder.js';
import { PromptEditor } from './prompt-editor.js';

/** Labels of a client's own templates: what moves while versions stay. */
@ApiTags('prompts')
@Controller('api/prompts/:name/labels')
export class PromptLabelController {
  constructor(private readonly editor: PromptEditor) {}

  @Put(':label')
  @Endpoint({
    summary: 'Move a label to a version of a prompt template 移动标签',
    description:
      'Creates the label, or moves it from the version that had it, in one step. Moving `production` changes the version that the name ' +
      'alone means: forward to release a draft, back to return to an earlier version.',
    answers: { 200: [PromptDto, 'The version that has the label now'] },
    problems: ['not_found'],
  })
  @ApiName('translate')
  @ApiLabel('production')
  async movePromptLabel(
    @Caller() client: CallingClient,
    @Param('name') name: string,
    @Param('label') label: string,
    @Body() { version }: MovePromptLabelRequestDto,
  ): Promise<PromptDto> {
    return toPromptDto(await this.editor.moveLabel(client.id, { name, label, version }));
  }

  @Delete(':label')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Endpoint({
    summary: 'Remove a label from a prompt template 删除标签',
    description:
      'The version stays. Without `production`, the name alone means the built-in template of this name or, if ' +
      'there is none, no template.',
    answers: { 204: 'Removed' },
    problems: ['not_found'],
  })
  @ApiName('translate')
  @ApiLabel('production')
  async deletePromptLabel(
    @Caller() client: CallingClient,
    @Param('name') name: string,
    @Param('label') label: string,
  ): Promise<void> {
    await this.editor.removeLabel(client.id, name, label);
  }
}
