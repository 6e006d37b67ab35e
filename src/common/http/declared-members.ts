import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';

/**
 * An instance of `target` with those members of `body` that `target` declares a validator for. Texts, numbers and
 * booleans go through class-transformer, for the sake of `@Type` and `@Transform`; objects and lists stay as they are,
 * because it copies them in a time that is quadratic in their members: 90,000 unknown ones would block the process
 * for six seconds.
 */
export function toDeclaredMembers<Target extends object>(
  target: ClassConstructor<Target>,
  body: object,
): Target {
  const scalars: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  for (const name of declaredNames(target)) {
    // An own member: `toString` of an empty body is not its caller's.
    if (!Object.hasOwn(body, name)) continue;
    const value = (body as Record<string, unknown>)[name];
    (typeof value === 'object' ? others : scalars)[name] = value;
  }
  return Object.assign(plainToInstance(target, scalars), others);
}

const namesByTarget = new WeakMap<object, ReadonlySet<string>>();

function declaredNames(target: ClassConstructor<object>): ReadonlySet<string> {
  const known = namesByTarget.get(target);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(target, '', false, false);
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  namesByTarget.set(target, names);
  return names;
}
