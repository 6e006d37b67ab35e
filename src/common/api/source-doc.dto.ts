import { Example, Schema } from './fields.js';

export class SourceDocDto {
  @Example('Send feedback with POST /api/feedback.') pageContent!: string;
  // Both: `required` is about what is in it, `selfRequired` about the member itself.
  @Schema({
    title: 'SourceMetadata',
    type: 'object',
    properties: { source: { type: 'string', description: 'Where the chunk comes from (来源)' } },
    required: ['source'],
    selfRequired: true,
    additionalProperties: true,
    example: { source: 'docs/guide/en/feedback.md' },
  })
  metadata!: Record<string, unknown>;
}
