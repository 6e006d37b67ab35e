import { Enum } from './fields.js';

const STATUSES = ['running', 'completed', 'failed', 'cancelled'] as const;
const FINISH_REASONS = ['stop', 'length', 'content_filter', 'cancelled'] as const;

// Each is a type and the decorator of its fields: both say the same.
export type TurnStatus = (typeof STATUSES)[number];
export const TurnStatus = () => Enum('TurnStatus', STATUSES, { example: 'completed' });

export type FinishReason = (typeof FINISH_REASONS)[number];
export const FinishReason = () => Enum('FinishReason', FINISH_REASONS, { example: 'stop' });

/** The name of a turn's wire. The OpenAPI document adds the names. */
export const TurnVariant = () => Enum('TurnVariant', [], { description: 'The API that got the question' });
