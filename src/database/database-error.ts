import { TypeORMError } from 'typeorm';
import { AppError } from '../common/errors/app-error.js';
import { framesOf, type LoggableError, summarizeError } from '../common/errors/describe-error.js';

/** What an error of the database is about, whatever library it came through. */
export type DatabaseErrorKind =
  /** The server is not there, is going away, or is out of room: another time it may answer. */
  | 'unreachable'
  /** It was reached, and lets this service in under no circumstances. */
  | 'refused'
  /** It took longer than the timeouts allow. */
  | 'timeout'
  /** A concurrent transaction was in the way: repeat the complete transaction. */
  | 'contention'
  /** A text that PostgreSQL cannot store: a NUL, or half of a surrogate pair. */
  | 'unstorable_text'
  | 'unique_violation'
  | 'foreign_key_violation'
  /** A mistake of ours. */
  | 'other';

/** SQLSTATE, or its first two characters, to what it is about; the longer one wins. */
const KIND_OF_SQLSTATE: Readonly<Record<string, DatabaseErrorKind>> = {
  '08': 'unreachable',
  '3D': 'refused',
  '25006': 'unreachable', // a standby, after a failover
  '25P03': 'timeout',
  '25P04': 'timeout',
  '28': 'refused',
  '40': 'contention',
  '53': 'unreachable',
  '55P03': 'timeout',
  '57014': 'timeout',
  '57P': 'unreachable',
  '58': 'unreachable',
  '22021': 'unstorable_text',
  '22P05': 'unstorable_text',
  '23505': 'unique_violation',
  '23503': 'foreign_key_violation',
};

/** When to ask again: a database that is restarted, or fails over, takes seconds. */
const RETRY_AFTER_SECONDS = 1;

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Codes of Node's own errors about connections. */
const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The same, when it was a connection that was to be opened. */
const CONNECT_CODES: ReadonlySet<string> = new Set(['ENOENT', 'EMFILE', 'ENFILE']);

/** `pg` gives these errors no code. The first may be a full pool as well as a server that does not answer. */
const TIMEOUT_MESSAGE =
  /^(?:timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated due to connection timeout)$/;

/** Nor `pg` and TypeORM these. A query runner is released when its connection breaks inside a transaction. */
const UNREACHABLE_MESSAGE =
  /^(?:Connection terminated|Query runner already released|Cannot use a pool after calling end|Client has encountered a connection error|Client was closed|Driver not Connected|Connection is not established)/i;

/**
 * Node's errors about connections do not say whose the connection was, and count as the database's: those
 * of a model server have become an AppError where they arose.
 * @returns null when `error` is none of a database
 */
export function kindOfDatabaseError(error: unknown): DatabaseErrorKind | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const byCode = typeof code === 'string' ? kindOfCode(code, error) : null;
  const byMessage = typeof message === 'string' ? kindOfMessage(message) : null;
  return byCode ?? byMessage ?? (error instanceof TypeORMError ? 'other' : null);
}

function kindOfCode(code: string, error: object): DatabaseErrorKind | null {
  if (UNREACHABLE_CODES.has(code) || isFailedConnect(code, error)) return 'unreachable';
  // The field that only an error of PostgreSQL has beside its five characters.
  return SQLSTATE.test(code) && 'severity' in error ? kindOfSqlState(code) : null;
}

function kindOfMessage(message: string): DatabaseErrorKind | null {
  if (TIMEOUT_MESSAGE.test(message)) return 'timeout';
  return UNREACHABLE_MESSAGE.test(message) ? 'unreachable' : null;
}

/** No Unix socket there (yet), or no file descriptor left for one; of any other file it is none of ours. */
function isFailedConnect(code: string, error: object): boolean {
  return CONNECT_CODES.has(code) && (error as { syscall?: unknown }).syscall === 'connect';
}

function kindOfSqlState(code: string): DatabaseErrorKind {
  const longestFirst = [code, code.slice(0, 3), code.slice(0, 2)];
  return longestFirst.map((prefix) => KIND_OF_SQLSTATE[prefix]).find((kind) => kind !== undefined) ?? 'other';
}

/** Whether `error` says that the row that foreign key `constraint` asks for does not exist. */
export function isForeignKeyViolation(error: unknown, constraint: string): boolean {
  return kindOfDatabaseError(error) === 'foreign_key_violation' && constraintOf(error) === constraint;
}

/** The key that `error` says was violated; undefined when it names none. */
export function constraintOf(error: unknown): string | undefined {
  const { constraint } = error as { constraint?: unknown };
  return typeof constraint === 'string' ? constraint : undefined;
}

/** Whether the same transaction may succeed when it is run again from its start. */
export function isContention(error: unknown): boolean {
  return kindOfDatabaseError(error) === 'contention';
}

/**
 * The error that a caller gets for an unhandled error of the database.
 * @returns null when `error` is none of a database
 */
export function databaseErrorToAppError(error: unknown): AppError | null {
  const kind = kindOfDatabaseError(error);
  if (kind === null) return null;
  const cause = withoutValues(error as object);
  switch (kind) {
    case 'unreachable':
    case 'refused':
    case 'timeout':
      return new AppError('database_unavailable', 'The database does not answer. Try again later.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause,
      });
    case 'contention':
      return new AppError('database_unavailable', 'The database was busy with the same data. Try again.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause,
      });
    case 'unstorable_text':
      return new AppError('validation_failed', 'A text has characters that cannot be stored.', { cause });
    case 'unique_violation':
    case 'foreign_key_violation':
    case 'other':
      return new AppError('internal_error', 'Something went wrong. It has been logged.', { cause });
  }
}

/** An error of the database as it may be logged. */
export class LoggableDatabaseError extends Error implements LoggableError {
  override readonly name = 'DatabaseError';
  readonly isLoggable = true;
}

/** Any error, of a database or not, in one line as it may be logged. */
export function summarizeDatabaseError(error: unknown): string {
  return kindOfDatabaseError(error) === null ? summarizeError(error) : withoutValues(error as object).message;
}

/**
 * `error` without what callers sent: PostgreSQL repeats values in its messages and details, and TypeORM
 * keeps all parameters of the statement, prompts and answers among them.
 */
export function withoutValues(error: object): LoggableDatabaseError {
  const { code, constraint, table, column, routine, message, query } = error as Record<string, unknown>;
  const parts = Object.entries({
    code,
    constraint,
    table,
    column,
    routine,
    message: isOfConnection(error) ? message : undefined,
    statement: typeof query === 'string' ? query.slice(0, 1_000) : undefined,
  }).flatMap(([name, value]) => (typeof value === 'string' && value !== '' ? [`${name}=${value}`] : []));
  const loggable = new LoggableDatabaseError(parts.join(' '));
  loggable.stack = [`${loggable.name}: ${loggable.message}`, ...framesOf(error)].join('\n');
  return loggable;
}

/** Of Node or `pg`, about a connection: such a message names at most a host. TypeORM's repeat what was looked for. */
function isOfConnection(error: object): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if ('severity' in error) return false;
  const isOfNode = typeof code === 'string' && kindOfCode(code, error) === 'unreachable';
  return isOfNode || (typeof message === 'string' && kindOfMessage(message) !== null);
}
