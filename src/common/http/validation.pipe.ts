import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { AppError, type FieldError } from '../errors/app-error.js';

/**
 * The validation of every request: unknown members are dropped, nothing is coerced, and every faulty
 * field is reported at once.
 */
export function createValidationPipe(): ValidationPipe {
  return new ProblemValidationPipe({
    transform: true,
    whitelist: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => invalid(errors.flatMap((error) => toFieldErrors(error, ''))),
  });
}

class ProblemValidationPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (metadata.type !== 'query' || !(error instanceof AppError)) throw error;
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
  const messages = Object.values(error.constraints ?? {}).reverse();
  // class-validator begins its own messages with the property's name, which the pointer gives already.
  const details = messages.map((message) =>
    message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message,
  );
  const own = details.length > 0 ? [{ pointer, detail: [...new Set(details)].join('; ') }] : [];
  return [...own, ...(error.children ?? []).flatMap((child) => toFieldErrors(child, pointer))];
}
