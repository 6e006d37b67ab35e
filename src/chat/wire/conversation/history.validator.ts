import { registerDecorator, type ValidationArguments } from 'class-validator';
import { describeMessagesFault } from '../message-list.js';

const ROLES = new Set(['user', 'assistant', 'system', 'human', 'ai']);

/** What is wrong with a variant A `history`, a whole number or a list of messages, or null. */
export function describeHistoryFault(value: unknown): string | null {
  if (Array.isArray(value)) return describeMessagesFault(value, ROLES);
  return Number.isSafeInteger(value) ? null : 'must be a whole number or a list of {role, content}';
}

/** Validates a `history` of variant A. */
export function IsHistory(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isHistory',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => describeHistoryFault(value) === null,
        defaultMessage: (args?: ValidationArguments) => describeHistoryFault(args?.value) ?? 'is not valid',
      },
    });
}
