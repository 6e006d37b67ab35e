import { registerDecorator, type ValidationArguments } from 'class-validator';

/**
 * Refuses a body that gives both this property and `sibling`, or neither: no reader could say which variant
 * it means.
 */
export function ExcludesSibling(sibling: string): PropertyDecorator {
  return (target, propertyName) => {
    const isGiven = (value: unknown) => value !== undefined && value !== null;
    const isSiblingGiven = (args?: ValidationArguments) =>
      isGiven((args?.object as Record<string, unknown> | undefined)?.[sibling]);
    registerDecorator({
      name: 'excludesSibling',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown, args?: ValidationArguments) => isGiven(value) !== isSiblingGiven(args),
        defaultMessage: (args?: ValidationArguments) =>
          isGiven(args?.value)
            ? `give either ${String(propertyName)} or ${sibling}, not both`
            : `neither ${String(propertyName)} nor ${sibling} is given`,
      },
    });
  };
}
