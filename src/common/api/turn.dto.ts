import { ApiSchema } from '@nestjs/swagger';
import { Enum, Example, Integer, Schema } from './fields.js';

const STATUSES = ['running', 'completed', 'failed', 'cancelled'] as const;
const FINISH_REASONS = ['stop', 'length', 'content_filter', 'tool_calls', 'cancelled'] as const;

// Each is a type and the decorator of its fields: both say the same.
export type StatusWord = (typeof STATUSES)[number];
export const StatusWord = (description?: string) =>
  Enum('TurnStatus', STATUSES, { description, example: 'completed' });

export type FinishWord = (typeof FINISH_REASONS)[number];
export const FinishWord = (description?: string) =>
  Enum('FinishReason', FINISH_REASONS, { description, example: 'stop' });

/** The name of a turn's wire. The OpenAPI document adds the names. */
export const TurnVariant = () => Enum('TurnVariant', [], { description: 'The API that got the question' });

@ApiSchema({
  description: 'Tokens, as the model server counted them; estimated where it does not count them',
})
export class UsageDto {
  @Example(12) @Integer({ min: 0 }) input_tokens!: number;
  @Example(34) @Integer({ min: 0 }) output_tokens!: number;
}

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
