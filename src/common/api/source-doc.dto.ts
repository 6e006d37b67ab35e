import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'SourceDoc' })
export class SourceDocDto {
  @ApiProperty({ example: 'Send feedback with POST /api/feedback.' })
  pageContent!: string;

  @ApiProperty({
    title: 'SourceMetadata',
    type: 'object',
    properties: { source: { type: 'string', description: 'Where the passage comes from (来源)' } },
    // Both: `required` is about what is in it, `selfRequired` about the member itself.
    required: ['source'],
    selfRequired: true,
    additionalProperties: true,
    example: { source: 'docs/guide/en/feedback.md' },
  })
  metadata!: Record<string, unknown>;
}
