import { Body, Controller, Delete, HttpCode, HttpStatus, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import { ApiProblemResponses } from '../common/errors/problem.dto.js';
import { MovePromptLabelRequestDto } from './prompt-label.dto.js';
import { ApiLabel, ApiName } from './prompt.api.js';
import { PromptDto, toPromptDto } from './prompt.dto.js';
import { PromptEditor } from './prompt-editor.js';

/** Labels of a client's own templates: what moves while versions stay. */
@ApiTags('prompts')
@Controller('api/prompts/:name/labels')
export class PromptLabelController {
  constructor(private readonly editor: PromptEditor) {}

  @Put(':label')
  @ApiOperation({
    operationId: 'movePromptLabel',
    summary: 'Move a label to a version of a prompt template 移动标签',
    description:
      'Makes the label, or moves it from the version that had it, in one step. Moving `production` changes what the name ' +
      'alone stands for: forward to release a draft, back to return to what was used before.',
  })
  @ApiName('translate')
  @ApiLabel()
  @ApiOkResponse({ type: PromptDto, description: 'The version that has the label now' })
  @ApiProblemResponses(
    'validation_failed',
    'malformed_json',
    'bad_request',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
  )
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
  @ApiOperation({
    operationId: 'deletePromptLabel',
    summary: 'Take a label away from a prompt template 删除标签',
    description:
      'The version stays. Without `production`, the name alone stands for the built-in template of this name or, where ' +
      'there is none, for nothing.',
  })
  @ApiName('translate')
  @ApiLabel()
  @ApiNoContentResponse({ description: 'Taken away' })
  @ApiProblemResponses('bad_request', 'not_found')
  async deletePromptLabel(
    @Caller() client: CallingClient,
    @Param('name') name: string,
    @Param('label') label: string,
  ): Promise<void> {
    await this.editor.removeLabel(client.id, name, label);
  }
}
