import { ApiProperty, type ApiPropertyOptions, DECORATORS } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';

/** The method that the Swagger plugin adds to a class in the build. */
const PLUGIN_METADATA = '_OPENAPI_METADATA_FACTORY';

/** Adds to the schema that the Swagger plugin makes of a property what its type and comment cannot say. */
export function Schema(part: ApiPropertyOptions): PropertyDecorator {
  return (target, name) => {
    listInOrder(target);
    ApiProperty(part)(target, name);
  };
}

/** A whole number. Both bounds are inclusive. */
export const Integer = ({ min, max }: { min?: number; max?: number } = {}) =>
  Schema({ type: 'integer', minimum: min, maximum: max });

export const Uuid = () => Schema({ format: 'uuid', example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' });

/** An RFC 3339 date-time. */
export const Moment = () => Schema({ format: 'date-time', example: '2026-11-20T08:30:00.000Z' });

interface EnumOptions {
  readonly isArray?: boolean;
  /** What the document says of the type. */
  readonly about?: string;
}

/** One of some texts, or a list of them. The document names the type, so that clients have one for all its uses. */
export const Enum = (...type: Parameters<typeof enumSchema>) => Schema(enumSchema(...type));

export function enumSchema(
  enumName: string,
  values: readonly string[],
  { isArray = false, about }: EnumOptions = {},
): ApiPropertyOptions {
  return { enum: [...values], enumName, isArray, ...(about && { enumSchema: { description: about } }) };
}

/** A parameter that may be left out, and has a value then. */
export function HasDefault(): PropertyDecorator {
  return (target, name) => {
    Schema({ required: false })(target, name);
    IsOptional()(target, name);
  };
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
