import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../../common/api/endpoint.js';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { TakesOwnPlaces } from '../../../auth/takes-own-places.decorator.js';
import { TurnPreview } from '../../prompting/turn-preview.js';
import { decodeRenderRequest } from './render.decoder.js';
import { RenderedPromptDto, RenderPromptRequestDto } from './render.dto.js';
import { toRenderedPrompt } from './render.encoder.js';

const EXAMPLES = {
  saved: { summary: 'A saved template', value: { question: 'How do I send feedback?' } },
  unsaved: {
    summary: '未保存的模板',
    value: {
      question: '退货期限是多久？',
      template: '根据资料回答。\n\n资料：\n{{context}}\n\n之前的会话：\n{{history}}\n\n问题：{{question}}',
      context: '退货期限是 30 天。',
      history: [
        { role: 'user', content: '你好' },
        { role: 'assistant', content: '你好！' },
      ],
    },
  },
};

/** What a question would become, without asking it. */
@ApiTags('prompts')
@TakesOwnPlaces()
@Controller('api/prompts/:name/render')
export class RenderController {
  constructor(private readonly preview: TurnPreview) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @Endpoint({
    summary: 'See the messages that a model would get 预览提示词',
    description:
      'The messages that `POST /chat` with this `prompt_name` and `history` would send to the model: nothing is sent or ' +
      'stored. With `template`, of a template before it is saved under this name.',
    answers: { 200: [RenderedPromptDto, 'What the model would get'] },
    problems: ['model_not_supported', 'prompt_not_valid', 'not_found'],
  })
  @ApiParam({
    name: 'name',
    description:
      "The template's name, alone or with `@` and a version or a label: `name@3`, `name@label`, `name@latest`",
    schema: { type: 'string', minLength: 1, maxLength: 151, example: 'default' },
  })
  @ApiBody({ type: RenderPromptRequestDto, examples: EXAMPLES })
  async renderPrompt(
    @Caller() client: CallingClient,
    @Param('name') name: string,
    @Body() body: RenderPromptRequestDto,
  ): Promise<RenderedPromptDto> {
    return toRenderedPrompt(await this.preview.compose(client.id, decodeRenderRequest(name, body)));
  }
}
