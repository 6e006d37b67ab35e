import { registerDecorator } from 'class-validator';
import { isUuid } from '../uuid.js';

/** Validates that a property is a UUID in text, of any version and either case. */
export function IsUuidText(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isUuidText',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isUuid(value),
        defaultMessage: () => 'must be a UUID, such as baa9f7a8-4159-4e2c-89d2-e7c5ac537935',
      },
    });
}
