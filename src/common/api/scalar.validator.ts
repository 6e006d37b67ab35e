import { isNumber } from 'class-validator';
import { enumSchema } from './schema.js';
import { ValidatedBy } from './validated-by.js';

/** Both are inclusive. */
interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Validates a whole number. */
export const IsWholeNumber = (range: Range = {}, fault = describe('a whole number', range)) =>
  ValidatedBy('isWholeNumber', {
    describe: (value) => (Number.isSafeInteger(value) && isWithin(value as number, range) ? null : fault),
    schema: { type: 'integer', minimum: range.min, maximum: range.max },
  });

/** Validates a number. */
export const IsNumberWithin = (range: Range) =>
  ValidatedBy('isNumberWithin', {
    describe: (value) => (isNumber(value) && isWithin(value, range) ? null : describe('a number', range)),
    schema: { type: 'number', minimum: range.min, maximum: range.max },
  });

/** Validates one of some texts, which the document names. */
export const IsOneOf = (enumName: string, values: readonly string[], about?: string) =>
  ValidatedBy('isOneOf', {
    describe: (value) => (values.includes(value as string) ? null : `must be ${values.join(' or ')}`),
    schema: enumSchema(enumName, values, { about }),
  });

function isWithin(value: number, { min = -Infinity, max = Infinity }: Range): boolean {
  return min <= value && value <= max;
}

function describe(kind: string, { min, max }: Range): string {
  if (min === undefined) return `must be ${kind}${max === undefined ? '' : `, at most ${max}`}`;
  return `must be ${kind} from ${min} to ${max}`;
}
