import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsStorableText } from '../common/text/storable-text.js';
import type { ResolvedTemplate } from './prompt.service.js';
import { PROMPT_VARIABLES, variablesOf, type PromptVariable } from './template.js';

const TEMPLATE_EXAMPLE =
  'You are a translator. Translate into English, and answer with nothing else:\n\n{{question}}';

/** A template to save. */
@ApiSchema({ name: 'SavePromptRequest' })
export class SavePromptDto {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 32_000,
    description:
      'The template 提示模板. `{{question}}` (or `{{input}}`), `{{context}}` and `{{history}}` are filled in, once; ' +
      'another `{{name}}` is refused; all other braces are text.',
    example: TEMPLATE_EXAMPLE,
  })
  @IsStorableText({ min: 1, max: 32_000 })
  template!: string;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 1000,
    description: 'What it is for; none when it is not given 描述',
    example: 'Translates into English',
  })
  @IsOptional()
  @IsStorableText({ max: 1000 })
  description?: string | null;
}

/** A template as it would be used now. */
@ApiSchema({ name: 'Prompt' })
export class PromptDto {
  @ApiProperty({
    type: String,
    description: 'What a request names it by: `prompt_name`',
    example: 'translate',
  })
  name!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    description: 'Counts from 1 with each change; null for a built-in template',
    example: 1,
  })
  version!: number | null;

  @ApiProperty({ type: Boolean, description: 'Whether it comes with the service', example: false })
  built_in!: boolean;

  @ApiProperty({ type: String, description: 'The template as it was saved', example: TEMPLATE_EXAMPLE })
  template!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What it is for',
    example: 'Translates into English',
  })
  description!: string | null;

  @ApiProperty({
    enum: PROMPT_VARIABLES,
    enumName: 'PromptVariable',
    enumSchema: { description: 'A variable of a template' },
    isArray: true,
    description: 'The variables that the template uses, an alias under the name it stands for',
    example: ['question'],
  })
  variables!: PromptVariable[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When this version was saved; null for a built-in template',
    example: '2026-11-20T08:30:00.000Z',
  })
  updated_at!: string | null;
}

/** All templates that the calling client can name. */
@ApiSchema({ name: 'PromptList' })
export class PromptListDto {
  @ApiProperty({ type: [PromptDto], description: 'Sorted by name' })
  prompts!: PromptDto[];
}

export function toPromptDto(resolved: ResolvedTemplate): PromptDto {
  const { name, version, template, description, builtIn, updatedAt } = resolved;
  return {
    name,
    version,
    built_in: builtIn,
    template,
    description,
    variables: [...variablesOf(template)].sort(),
    updated_at: updatedAt?.toISOString() ?? null,
  };
}

export function toPromptListDto(templates: readonly ResolvedTemplate[]): PromptListDto {
  return { prompts: templates.map(toPromptDto) };
}
