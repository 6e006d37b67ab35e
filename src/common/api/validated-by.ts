import type { ApiPropertyOptions } from '@nestjs/swagger';
import { registerDecorator, type ValidationArguments } from 'class-validator';
import { Schema } from './schema.js';

/** What is wrong with a property of an object and how to correct it, or null. Never repeats the value. */
type Describe = (value: unknown, object: object) => string | null;

/** Makes a validator of our own, which brings its part of the property's schema along. */
export function ValidatedBy(describe: Describe, schema?: ApiPropertyOptions): PropertyDecorator {
  return (target, property) => {
    if (schema) Schema(schema)(target, property);
    registerDecorator({
      name: describe.name || 'isValid',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown, { object }: ValidationArguments) => describe(value, object) === null,
        defaultMessage: ({ value, object }: ValidationArguments) => describe(value, object) ?? 'is not valid',
      },
    });
  };
}

/** What is wrong with a list, or null. */
export function describeListFault(
  value: unknown,
  { one, of = `${one}s`, max }: { one: string; of?: string; max: number },
  describe: (item: unknown) => string | null,
): string | null {
  if (!Array.isArray(value)) return `must be a list of ${of}`;
  if (value.length > max) return `must have at most ${max} ${one}s`;
  for (const [index, item] of value.entries()) {
    const fault = describe(item);
    if (fault !== null) return `${one} ${index}: ${fault}`;
  }
  return null;
}
