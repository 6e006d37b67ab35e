import type { ApiPropertyOptions } from '@nestjs/swagger';
import { registerDecorator, type ValidationArguments } from 'class-validator';
import { Schema } from './schema.js';

interface Rule {
  /** The fault and how to correct it, or null; never repeats the value. */
  readonly describe: (value: unknown) => string | null;
  /** What the document says of it. */
  readonly schema?: ApiPropertyOptions;
}

/** Makes a validator of our own, which brings its part of the property's schema along. */
export function ValidatedBy(name: string, { describe, schema }: Rule): PropertyDecorator {
  return (target, property) => {
    if (schema) Schema(schema)(target, property);
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => describe(value) === null,
        defaultMessage: (args?: ValidationArguments) => describe(args?.value) ?? 'is not valid',
      },
    });
  };
}
