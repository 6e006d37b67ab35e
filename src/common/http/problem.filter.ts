import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { describeError, quoteError } from '../errors/describe-error.js';
import { ERROR_CODES } from '../errors/error-codes.js';
import { answerWithProblem, type ErrorForm } from '../errors/error-form.js';
import { describeHttpError } from './http-error.js';
import { originOf, problemContextOf } from './request-context.js';

/** Turns what a library threw into an error of ours, or returns null when it does not know it. */
export type ErrorTranslator = (error: unknown) => AppError | null;

/** Answers every error as problem JSON or in the form of its route, and logs it as its code says. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  /**
   * @param translators asked in turn about what is no `AppError`
   * @param forms asked in turn for requests that problem JSON is not for
   */
  constructor(
    private readonly translators: readonly ErrorTranslator[] = [],
    private readonly forms: readonly ErrorForm[] = [],
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<Request>();
    const context = problemContextOf(request);
    const error = this.toAppError(thrown);
    this.log(error, context.requestId);
    if (response.headersSent) {
      // A normal end would look like a complete answer.
      response.destroy();
      return;
    }
    if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', error.retryAfterSeconds);
    if (error.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    const form = this.forms.find((one) => one.isFor({ path: context.path, body: request.body }));
    const asked = { ...context, origin: originOf(request) };
    const { status, headers, body } = form?.answer(error, asked) ?? answerWithProblem(error, context);
    response
      .status(status)
      .setHeaders(new Map(Object.entries(headers)))
      .end(JSON.stringify(body));
  }

  private toAppError(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    for (const translate of this.translators) {
      const error = translate(thrown);
      if (error) return error;
    }
    if (thrown instanceof HttpException) return describeHttpError(thrown.getStatus(), thrown.message);
    return (
      describeMiddlewareError(thrown) ??
      new AppError('internal_error', 'An unexpected error happened; it was logged.', { cause: thrown })
    );
  }

  private log(error: AppError, requestId: string): void {
    const { code, cause } = error;
    const { title, logLevel } = ERROR_CODES[code];
    const entry = { message: title, code, requestId };
    // Of a refused request its fields may be named: they are the caller's own doing, and seldom of interest.
    if (logLevel === 'debug') return this.logger.debug({ ...entry, detail: error.message });
    this.logger[logLevel]({ ...entry, ...(cause !== undefined && { error: describeError(cause) }) });
    if (cause !== undefined)
      this.logger.debug({ message: 'What it said', requestId, quote: quoteError(cause) });
  }
}

/** Errors of Express carry their status. */
function describeMiddlewareError(thrown: unknown): AppError | null {
  if (!(thrown instanceof Error)) return null;
  const { status } = thrown as { status?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  return describeHttpError(status, thrown.message);
}
