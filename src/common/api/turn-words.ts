import { enumSchema, Schema } from './schema.js';

const STATUSES = ['running', 'completed', 'failed', 'cancelled'] as const;
const FINISH_REASONS = ['stop', 'length', 'content_filter', 'cancelled'] as const;

export type TurnStatusName = (typeof STATUSES)[number];
export const TurnStatusWord = () => Schema({ ...enumSchema('TurnStatus', STATUSES), example: 'completed' });

export type FinishReasonName = (typeof FINISH_REASONS)[number];
export const FinishReasonWord = () =>
  Schema({ ...enumSchema('FinishReason', FINISH_REASONS), example: 'stop' });

/** The name of a turn's wire. The OpenAPI document adds the names: it knows the wires. */
export const TurnVariant = () => Schema(enumSchema('TurnVariant', []));
