import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import {
  databaseErrorToAppError,
  isForeignKeyViolation,
  constraintOf,
  kindOfDatabaseError,
  withoutValues,
} from './database-error.js';

const fromServer = (code: string, more: object = {}) =>
  Object.assign(new Error('value "a secret prompt" is wrong'), { code, severity: 'ERROR', ...more });

const fromNode = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:5432`), { code });

const failedQuery = (driverError: Error) =>
  new QueryFailedError('SELECT $1', ['a secret prompt'], driverError as Error & { code: string });

describe('what an error of the database is about', () => {
  it.each([
    [fromServer('08006'), 'unreachable'],
    [fromServer('53300'), 'unreachable'],
    [fromServer('57P01'), 'unreachable'],
    [fromServer('57P03'), 'unreachable'],
    [fromServer('25006'), 'unreachable'],
    [fromServer('25001'), 'other'],
    [fromNode('ECONNREFUSED'), 'unreachable'],
    [fromNode('ENOTFOUND'), 'unreachable'],
    [Object.assign(fromNode('ENOENT'), { syscall: 'connect' }), 'unreachable'],
    [Object.assign(fromNode('EMFILE'), { syscall: 'connect' }), 'unreachable'],
    [new Error('timeout exceeded when trying to connect'), 'timeout'],
    [new Error('Connection terminated unexpectedly'), 'unreachable'],
    [new Error('Cannot use a pool after calling end on the pool'), 'unreachable'],
    [new QueryRunnerAlreadyReleasedError(), 'unreachable'],
    [fromServer('57014'), 'timeout'],
    [fromServer('25P03'), 'timeout'],
    [new Error('Query read timeout'), 'timeout'],
    [fromServer('28P01'), 'refused'],
    [fromServer('3D000'), 'refused'],
    [fromServer('40001'), 'contention'],
    [fromServer('40P01'), 'contention'],
    [fromServer('22021'), 'unstorable_text'],
    [fromServer('22P05'), 'unstorable_text'],
    [fromServer('22P02'), 'other'],
    [fromServer('23505'), 'unique_violation'],
    [fromServer('23503'), 'foreign_key_violation'],
    [failedQuery(fromServer('23505')), 'unique_violation'],
    [failedQuery(fromServer('42703')), 'other'],
    [failedQuery(new Error('unheard of')), 'other'],
  ])('%p is about %s', (error, kind) => {
    expect(kindOfDatabaseError(error)).toBe(kind);
  });

  it.each([
    [new Error('boom')],
    [new TypeError('x is undefined')],
    [fromNode('EACCES')],
    [fromNode('ENOENT')],
    [Object.assign(fromNode('EMFILE'), { syscall: 'open' })],
    ['text'],
    [null],
    [undefined],
  ])('%p is none of a database', (error) => {
    expect(kindOfDatabaseError(error)).toBeNull();
    expect(databaseErrorToAppError(error)).toBeNull();
  });

  it('takes a model server that hangs up for none of the database when it has another code', () => {
    expect(kindOfDatabaseError(Object.assign(new Error('socket'), { code: 'UND_ERR_SOCKET' }))).toBeNull();
  });
});

describe('what a caller hears of it', () => {
  it.each([
    [fromNode('ECONNREFUSED'), 'database_unavailable', 503],
    [fromServer('57014'), 'database_unavailable', 503],
    [fromServer('40P01'), 'database_unavailable', 503],
    [fromServer('22021'), 'validation_failed', 400],
    [fromServer('42703'), 'internal_error', 500],
  ])('%p becomes %s (%i)', (error, code, status) => {
    expect(databaseErrorToAppError(error)).toMatchObject({ code, status });
  });
});

describe('violated keys', () => {
  const error = failedQuery(fromServer('23505', { constraint: 'client_name_key' }));

  it('have a kind and a name', () => {
    expect([kindOfDatabaseError(error), constraintOf(error)]).toEqual([
      'unique_violation',
      'client_name_key',
    ]);
    expect(isForeignKeyViolation(error, 'client_name_key')).toBe(false);
    const lost = failedQuery(fromServer('23503', { constraint: 'feedback_turn_fkey' }));
    expect(isForeignKeyViolation(lost, 'feedback_turn_fkey')).toBe(true);
    expect(isForeignKeyViolation(lost, 'client_key_fkey')).toBe(false);
  });
});

describe('an error that is logged', () => {
  const everything = (error: Error) => JSON.stringify([error.message, error.stack, { ...error }]);

  it('has neither parameters nor values, but says where it happened', () => {
    const error = failedQuery(
      fromServer('22P02', {
        detail: 'Key (name)=(a secret prompt)',
        where: 'a secret prompt',
        table: 'turn',
      }),
    );
    expect(everything(error)).toContain('a secret prompt');
    const loggable = withoutValues(error);
    expect(everything(loggable)).not.toContain('secret');
    expect(loggable.message).toBe('code=22P02 table=turn statement=SELECT $1');
    expect(loggable.stack).toContain('database-error.spec');
  });

  it('keeps the message of an error that is not from the server', () => {
    expect(withoutValues(fromNode('ECONNREFUSED')).message).toContain('connect ECONNREFUSED 127.0.0.1:5432');
  });
});
