import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions, DECORATORS } from '@nestjs/swagger';
import { isNumber, IsOptional, registerDecorator, type ValidationArguments } from 'class-validator';
import { parseDateTime } from '../text/date-time.js';
import { describeTextFault, type TextBounds } from '../text/storable-text.js';
import { isUuid } from '../uuid.js';

/** The method that the Swagger plugin adds to a class in the build. */
const PLUGIN_METADATA = '_OPENAPI_METADATA_FACTORY';

/** Both are inclusive. */
type Range = Readonly<{ min?: number; max?: number }>;

/** What a comment says of the other fields. */
type Text = Readonly<{ description?: string; example?: unknown }>;

/** Adds to the schema that the Swagger plugin makes of a property what its type and comment cannot say. */
export function Schema(part: ApiPropertyOptions): PropertyDecorator {
  return (target, name) => {
    listInOrder(target);
    ApiProperty(part)(target, name);
  };
}

/** A field whose name says enough, or whose example is no word or number: others have theirs in the comment. */
export const Example = (example: unknown, description?: string) => Schema({ description, example });

/** A whole number. */
export const Integer = ({ min, max, ...text }: Range & Text = {}) =>
  Schema({ ...within('integer', { min, max }), ...text });

export const EXAMPLE_UUID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
export const Uuid = (description?: string) => Schema({ description, format: 'uuid', example: EXAMPLE_UUID });

/** An RFC 3339 date-time. */
export const Moment = (description?: string) =>
  Schema({ description, format: 'date-time', example: '2026-11-20T08:30:00.000Z' });

/** `about`: what the document says of the type, for all its uses. */
type EnumOptions = Readonly<{ isArray?: boolean; about?: string; description?: string; example?: string }>;
type EnumWords = readonly [enumName: string, values: readonly string[], options?: EnumOptions];

/** One of some texts, or a list of them. The document names the type, so that clients have one for all its uses. */
export const Enum = (...words: EnumWords) => Schema(enumSchema(...words));

/** A parameter that may be left out, and has a value then. */
export const HasDefault = () => applyDecorators(Schema({ required: false }), IsOptional());

/** What is wrong with a property of an object and how to correct it, or null. Never repeats the value. */
type Describe = (value: unknown, about: ValidationArguments) => string | null;

/** Makes a validator of our own, which brings its part of the property's schema along. */
export function ValidatedBy(describe: Describe, schema?: ApiPropertyOptions): PropertyDecorator {
  return (target, property) => {
    if (schema) Schema(schema)(target, property);
    registerDecorator({
      name: describe.name || 'isValid',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown, about: ValidationArguments) => describe(value, about) === null,
        defaultMessage: (about: ValidationArguments) => describe(about.value, about) ?? 'is not valid',
      },
    });
  };
}

/** Validates a text within bounds that can be stored as it is. */
export const IsText = (bounds: TextBounds) =>
  ValidatedBy((value) => describeTextFault(value, bounds), { minLength: bounds.min, maxLength: bounds.max });

/** Validates a text of any length that can be stored: the body is bounded. */
export const IsAnyText = () => ValidatedBy((value) => describeTextFault(value, { max: Infinity }));

/** Validates a UUID in text, of any version and either case. */
export const IsUuid = () =>
  OneFault(isTextOf(isUuid), 'must be a UUID, such as baa9f7a8-4159-4e2c-89d2-e7c5ac537935', {
    format: 'uuid',
  });

const NO_DATE_TIME =
  'must be an RFC 3339 date-time with its offset, such as 2026-11-20T08:30:00Z; in a URL, + is written %2B';

/** Validates an RFC 3339 date-time in text. */
export const IsDateTime = () =>
  OneFault(
    isTextOf((text) => parseDateTime(text) !== null),
    NO_DATE_TIME,
    { format: 'date-time' },
  );

/** Validates a whole number. */
export const IsInteger = (range: Range = {}, fault = describeRange('a whole number', range)) =>
  OneFault((value) => Number.isSafeInteger(value) && isWithin(value, range), fault, within('integer', range));

/** Validates a number. */
export const IsNumberIn = (range: Range, fault = describeRange('a number', range)) =>
  OneFault((value) => isNumber(value) && isWithin(value, range), fault, within('number', range));

/** Validates one of some texts, which the document names. */
export const IsOneOf = (...words: EnumWords) =>
  OneFault(
    (value) => words[1].includes(value as string),
    `must be ${words[1].join(' or ')}`,
    enumSchema(...words),
  );

/** What is wrong with a list, or null. */
export function listFault(
  value: unknown,
  { one, of = `${one}s`, max }: Readonly<{ one: string; of?: string; max: number }>,
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

function enumSchema(...[enumName, values, { about, ...rest } = {}]: EnumWords): ApiPropertyOptions {
  // openapi-generator names constants after values, and Kotlin reads `context("context")` as the begin of a function.
  const names = values.includes('context') && {
    'x-enum-varnames': values.map((value) => value.toUpperCase()),
  };
  const schema = { ...(about && { description: about }), ...names };
  return { enum: [...values], enumName, ...rest, enumSchema: schema };
}

function OneFault(isValid: (value: unknown) => boolean, fault: string, schema: ApiPropertyOptions) {
  return ValidatedBy((value) => (isValid(value) ? null : fault), schema);
}

function isTextOf(isLike: (text: string) => boolean) {
  return (value: unknown) => typeof value === 'string' && isLike(value);
}

function within(type: 'integer' | 'number', { min, max }: Range) {
  return { type, minimum: min, maximum: max };
}

function isWithin(value: unknown, { min = -Infinity, max = Infinity }: Range): boolean {
  return min <= Number(value) && Number(value) <= max;
}

function describeRange(kind: string, { min, max }: Range): string {
  if (min === undefined) return `must be ${kind}${max === undefined ? '' : `, at most ${max}`}`;
  return `must be ${kind} from ${min} to ${max}`;
}

/** Lists all properties of a class as they are declared: else the document has the decorated ones first. */
function listInOrder(target: object): void {
  const key = DECORATORS.API_MODEL_PROPERTIES_ARRAY;
  const { [PLUGIN_METADATA]: metadata } = target.constructor as { [PLUGIN_METADATA]?: () => object };
  if (metadata === undefined || Reflect.hasOwnMetadata(key, target)) return;
  const inherited = (Reflect.getMetadata(key, target) ?? []) as string[];
  const own = Object.keys(metadata()).map((name) => `:${name}`);
  Reflect.defineMetadata(key, [...new Set([...inherited, ...own])], target);
}
