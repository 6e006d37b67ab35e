import {
  type ArgumentMetadata,
  type PipeTransform,
  type Type,
  ValidationPipe,
  type ValidationError,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { validate } from 'class-validator';
import { AppError, type FieldError } from '../errors/app-error.js';
import { toDeclaredMembers } from './declared-members.js';
import { MAX_ERRORS, toPointer } from './field-pointer.js';

/**
 * The validation of every request: unknown members of a body are dropped, and every faulty field is reported at once,
 * up to {@link MAX_ERRORS}. Unknown parameters of a query are refused: a filter that is misspelt would give everything.
 */
export function createValidationPipe(): PipeTransform<unknown, Promise<unknown>> {
  return new ProblemValidationPipe();
}

const VALIDATOR_OPTIONS = {
  whitelist: true,
  // Else a class without any validator is refused.
  forbidUnknownValues: false,
  validationError: { target: false, value: false },
};

const OPTIONS: ValidationPipeOptions = {
  ...VALIDATOR_OPTIONS,
  transform: true,
  exceptionFactory: toAppError,
};

class ProblemValidationPipe implements PipeTransform<unknown, Promise<unknown>> {
  private readonly ofParameters = new ValidationPipe(OPTIONS);
  private readonly ofQueries = new ValidationPipe({ ...OPTIONS, forbidNonWhitelisted: true });

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    if (type === 'query') return this.transformQuery(value, metadata);
    if (type === 'body' && metatype && metatype !== Object)
      return toValidBody(value ?? {}, metatype as Type<object>);
    return this.ofParameters.transform(value, metadata);
  }

  private async transformQuery(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return (await this.ofQueries.transform(value, metadata)) as unknown;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw invalid((error.errors ?? []).map(inQuery));
    }
  }
}

/** Without Nest's pipe, which walks over the complete body three times, unknown members included, before it checks a member. */
async function toValidBody(body: object, metatype: Type<object>): Promise<object> {
  const declared = toDeclaredMembers(metatype, body);
  const errors = await validate(declared, VALIDATOR_OPTIONS);
  if (errors.length > 0) throw toAppError(errors);
  return declared;
}

function toAppError(errors: readonly ValidationError[]): AppError {
  return invalid(errors.flatMap((error) => toFieldErrors(error, '')));
}

function invalid(errors: readonly FieldError[]): AppError {
  return new AppError('validation_failed', 'The request has fields that cannot be used; see errors.', {
    errors: errors.slice(0, MAX_ERRORS),
  });
}

/** A pointer names a member of the body; a query parameter is written `?name`. */
function inQuery({ pointer, detail }: FieldError): FieldError {
  return { pointer: `?${pointer.slice(1)}`, detail };
}

/** One entry a field, with all that is wrong with it. */
function toFieldErrors(error: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}${toPointer(error.property)}`;
  // Decorators run from the bottom up; the first one says the most.
  const { whitelistValidation, isInt, ...faults } = error.constraints ?? {};
  const messages =
    whitelistValidation === undefined
      ? // The bounds of a number mean nothing for a value that is none.
        [isInt ?? Object.values(faults).reverse()].flat()
      : ['is not a parameter of this route'];
  // class-validator begins its own messages with the property's name, which the pointer gives already.
  const details = messages.map((message) =>
    message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message,
  );
  const own = details.length > 0 ? [{ pointer, detail: [...new Set(details)].join('; ') }] : [];
  return [...own, ...(error.children ?? []).flatMap((child) => toFieldErrors(child, pointer))];
}
