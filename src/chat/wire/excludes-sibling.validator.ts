import { registerDecorator, type ValidationArguments } from 'class-validator';

/** Refuses a body that gives both this property and `sibling`: nobody could say which variant it means. */
export function ExcludesSibling(sibling: string): PropertyDecorator {
  return (target, propertyName) => {
    const isGiven = (value: unknown) => value !== undefined && value !== null;
    registerDecorator({
      name: 'excludesSibling',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown, args?: ValidationArguments) =>
          !(isGiven(value) && isGiven((args?.object as Record<string, unknown> | undefined)?.[sibling])),
        defaultMessage: () => `give either ${String(propertyName)} or ${sibling}, not both`,
      },
    });
  };
}
