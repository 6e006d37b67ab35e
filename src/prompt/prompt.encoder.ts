import type { Page } from '../common/pages/page.js';
import type { ShownTemplate } from './prompt.service.js';
import type { PromptDto, PromptListDto, PromptVersionListDto } from './prompt.dto.js';
import { variablesOf } from './template/template.js';

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
