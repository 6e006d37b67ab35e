import { Type } from 'class-transformer';
import { IsOptional, Matches } from 'class-validator';
import { Enum, Example, HasDefault, Integer, IsInteger, IsText, Moment } from '../common/api/fields.js';
import { CURSOR_FAULT, PageDto } from '../common/pages/page.dto.js';
import { IsLabelList } from './label-list.validator.js';
import { TEMPLATE_NAME } from './template/template-name.js';
import { PROMPT_VARIABLES, type PromptVariable } from './template/template.js';

const TEMPLATE_EXAMPLE =
  'You are a translator. Translate into English, and answer with nothing else:\n\n{{question}}';

/** Which part of the list of templates is wanted: it goes by names. */
export class PromptPageQueryDto {
  /** Most to list */
  @HasDefault() @Type(() => Number) @IsInteger({ min: 1, max: 100 }) limit: number = 100;
  /** The `next_cursor` of the page before */
  @IsOptional() @Matches(TEMPLATE_NAME, CURSOR_FAULT) cursor?: string;
}

/** A template to save. */
export class SavePromptRequestDto {
  /**
   * The template 提示词模板. The service replaces `{{question}}` (or `{{input}}`), `{{context}}` and `{{history}}`, once; any other
   * `{{name}}` is refused; other braces are text. Without `{{question}}` it is a system message; history and question follow.
   */
  @Example(TEMPLATE_EXAMPLE) @IsText({ min: 1, max: 32_000 }) template!: string;
  /** What it is for; none when it is not given 描述 @example 'Translates into English' */
  @IsOptional() @IsText({ max: 1000 }) description?: string | null;
  /**
   * The labels to move to it 标签: each of 1 to 50 letters of any script, digits, `.`, `_` and `-`, not digits alone, not
   * `latest`. Absent or null: `production` alone, so that the name alone means this version. An empty list: it is a draft,
   * and used by its number or `@latest` only. @example ['production']
   */
  @IsOptional() @IsLabelList() labels?: string[] | null;
}

/** One version of a template, or a built-in one. */
export class PromptDto {
  /** The value for `prompt_name` @example 'translate' */
  name!: string;
  /** Counts from 1 with each change; null for a built-in template @example 1 */
  @Integer({ min: 1 }) version!: number | null;
  /** The labels that point at this version, sorted; none at a built-in template @example ['production'] */
  labels!: string[];
  /** Whether it comes with the service @example false */
  built_in!: boolean;
  @Example(TEMPLATE_EXAMPLE, 'The saved template') template!: string;
  /** What it is for @example 'Translates into English' */
  description!: string | null;
  /** The variables that the template uses, an alias under the name it means @example ['question'] */
  @Enum('PromptVariable', PROMPT_VARIABLES, { isArray: true, about: 'A variable of a template' })
  variables!: PromptVariable[];
  @Moment('When this version was saved; null for a built-in template') updated_at!: string | null;
}

/** One page of the templates that the calling client can name. */
export class PromptListDto extends PageDto {
  /** Sorted by name */
  prompts!: PromptDto[];
}

/** One page of the versions of a template. */
export class PromptVersionListDto extends PageDto {
  /** The newest first */
  versions!: PromptDto[];
}
