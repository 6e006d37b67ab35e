import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import type { Page } from '../common/pages/page.js';
import { IsStorableText } from '../common/text/storable-text.js';
import { IsLabelList, MAX_LABELS } from './label-list.validator.js';
import type { ShownTemplate } from './prompt.service.js';
import { TEMPLATE_NAME } from './template/template-name.js';
import { PRODUCTION } from './template/template-reference.js';
import { PROMPT_VARIABLES, variablesOf, type PromptVariable } from './template/template.js';

const TEMPLATE_EXAMPLE =
  'You are a translator. Translate into English, and answer with nothing else:\n\n{{question}}';

const ApiNextCursor = () =>
  ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` for the next page; null: there is none',
    example: null,
  });

/** Which part of the list of templates is wanted: it goes by names. */
export class PromptPageQueryDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    maximum: 100,
    default: 100,
    description: 'Most to list',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(100, { message: 'must be at most 100' })
  limit: number = 100;

  @ApiProperty({ type: String, required: false, description: 'The `next_cursor` of the page before' })
  @IsOptional()
  @Matches(TEMPLATE_NAME, { message: 'must be a next_cursor of an earlier page' })
  cursor?: string;
}

/** A template to save. */
@ApiSchema({ name: 'SavePromptRequest' })
export class SavePromptDto {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 32_000,
    description:
      'The template 提示模板. `{{question}}` (or `{{input}}`), `{{context}}` and `{{history}}` are filled in, once; ' +
      'another `{{name}}` is refused; all other braces are text. Without `{{question}}` it is a system message, and history and ' +
      'question follow as messages.',
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

  @ApiProperty({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 50 },
    maxItems: MAX_LABELS,
    required: false,
    nullable: true,
    description:
      'The labels that are moved to it 标签: each of 1 to 50 letters of any script, digits, `.`, `_` and `-`, not digits alone, not ' +
      '`latest`. Absent or null: `production` alone, which makes it what the name alone stands for. An empty list: it is a draft, ' +
      'and used by its number or `@latest` only.',
    example: [PRODUCTION],
  })
  @IsOptional()
  @IsLabelList()
  labels?: string[] | null;
}

/** One version of a template, or a built-in one. */
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

  @ApiProperty({
    type: [String],
    description: 'The labels that point at this version, sorted; none at a built-in template',
    example: [PRODUCTION],
  })
  labels!: string[];

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

/** One page of the templates that the calling client can name. */
@ApiSchema({ name: 'PromptList' })
export class PromptListDto {
  @ApiProperty({ type: [PromptDto], description: 'Sorted by name' })
  prompts!: PromptDto[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

/** One page of the versions of a template. */
@ApiSchema({ name: 'PromptVersionList' })
export class PromptVersionListDto {
  @ApiProperty({ type: [PromptDto], description: 'The newest first' })
  versions!: PromptDto[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export function toPromptDto(shown: ShownTemplate): PromptDto {
  const { name, version, labels, template, description, builtIn, updatedAt } = shown;
  return {
    name,
    version,
    labels: [...labels],
    built_in: builtIn,
    template,
    description,
    variables: [...variablesOf(template)].sort(),
    updated_at: updatedAt?.toISOString() ?? null,
  };
}

export function toPromptListDto({ items, nextCursor }: Page<ShownTemplate>): PromptListDto {
  return { prompts: items.map(toPromptDto), next_cursor: nextCursor };
}

export function toPromptVersionListDto({ items, nextCursor }: Page<ShownTemplate>): PromptVersionListDto {
  return { versions: items.map(toPromptDto), next_cursor: nextCursor };
}
