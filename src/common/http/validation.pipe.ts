import {
  type ArgumentMetadata,
  ValidationPipe,
  type ValidationError,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { AppError, type FieldError } from '../errors/app-error.js';

/**
 * The validation of every request: unknown members of a body are dropped, nothing is coerced, and every faulty
 * field is reported at once. Unknown parameters of a query are refused: a filter that is misspelt would give everything.
 */
export function createValidationPipe(): ValidationPipe {
  return new ProblemValidationPipe(OPTIONS);
}

const OPTIONS: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => invalid(errors.flatMap((error) => toFieldErrors(error, ''))),
};

class ProblemValidationPipe extends ValidationPipe {
  private readonly ofQueries = new ValidationPipe({ ...OPTIONS, forbidNonWhitelisted: true });

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'query') return (await super.transform(value, metadata)) as unknown;
    try {
      return (await this.ofQueries.transform(value, metadata)) as unknown;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw invalid((error.errors ?? []).map(inQuery));
    }
  }
}

function invalid(errors: readonly FieldError[]): AppError {
  return new AppError('validation_failed', 'The request has fields that cannot be used; see errors.', {
    errors,
  });
}

/** A pointer names a member of the body; a query parameter is written `?name`. */
function inQuery({ pointer, detail }: FieldError): FieldError {
  return { pointer: `?${pointer.slice(1)}`, detail };
}

/** One entry a field, with all that is wrong with it. */
function toFieldErrors(error: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  // Decorators run from the bottom up; the first one says the most.
  const { whitelistValidation, ...faults } = error.constraints ?? {};
  const messages =
    whitelistValidation === undefined
      ? Object.values(faults).reverse()
      : ['is not a parameter of this route'];
  // class-validator begins its own messages with the property's name, which the pointer gives already.
  const details = messages.map((message) =>
    message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message,
  );
  const own = details.length > 0 ? [{ pointer, detail: [...new Set(details)].join('; ') }] : [];
  return [...own, ...(error.children ?? []).flatMap((child) => toFieldErrors(child, pointer))];
}
