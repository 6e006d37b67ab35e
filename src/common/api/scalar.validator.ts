import { isNumber } from 'class-validator';
import { enumSchema } from './schema.js';
import { ValidatedBy } from './validated-by.js';

/** Both are inclusive. */
interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Validates a whole number. */
export const IsWholeNumber = ({ min, max }: Range = {}, fault = describe('a whole number', { min, max })) =>
  ValidatedBy((value) => (Number.isSafeInteger(value) && isWithin(value, { min, max }) ? null : fault), {
    type: 'integer',
    minimum: min,
    maximum: max,
  });

/** Validates a number. */
export const IsNumberWithin = ({ min, max }: Range) =>
  ValidatedBy(
    (value) => (isNumber(value) && isWithin(value, { min, max }) ? null : describe('a number', { min, max })),
    { type: 'number', minimum: min, maximum: max },
  );

/** Validates one of some texts, which the document names. */
export const IsOneOf = (enumName: string, values: readonly string[], about?: string) =>
  ValidatedBy(
    (value) => (values.includes(value as string) ? null : `must be ${values.join(' or ')}`),
    enumSchema(enumName, values, { about }),
  );

function isWithin(value: unknown, { min = -Infinity, max = Infinity }: Range): boolean {
  return min <= Number(value) && Number(value) <= max;
}

function describe(kind: string, { min, max }: Range): string {
  if (min === undefined) return `must be ${kind}${max === undefined ? '' : `, at most ${max}`}`;
  return `must be ${kind} from ${min} to ${max}`;
}
