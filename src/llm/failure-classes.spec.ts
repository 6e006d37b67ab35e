import { classifyConnectionError, classifyErrorFrame, classifyStatus } from './failure-classes.js';

describe('classifyStatus', () => {
  it.each([
    [301, 'model_failed', false],
    [302, 'model_failed', false],
    [304, 'model_failed', false],
    [400, 'model_refused', false],
    [401, 'model_refused', false],
    [403, 'model_refused', false],
    [404, 'model_refused', false],
    [405, 'model_refused', false],
    [408, 'model_failed', true],
    [409, 'model_failed', true],
    [413, 'model_refused', false],
    [415, 'model_refused', false],
    [422, 'model_refused', false],
    [425, 'model_failed', true],
    [429, 'model_overloaded', true],
    [451, 'model_refused', false],
    [500, 'model_failed', true],
    [501, 'model_failed', true],
    [502, 'model_failed', true],
    [503, 'model_overloaded', true],
    [504, 'model_failed', true],
    [529, 'model_failed', true],
  ])('%s is %s, retriable: %s', (status, code, isRetriable) => {
    expect(classifyStatus(status)).toEqual({ code, isRetriable });
  });
});

describe('classifyConnectionError', () => {
  it.each([
    ['ECONNREFUSED', 'model_failed', true],
    ['ENOTFOUND', 'model_failed', true],
    ['EAI_AGAIN', 'model_failed', true],
    ['EHOSTUNREACH', 'model_failed', true],
    ['ECONNRESET', 'model_failed', true],
    ['EPIPE', 'model_failed', true],
    ['UND_ERR_SOCKET', 'model_failed', true],
    ['UND_ERR_HEADERS_OVERFLOW', 'model_failed', true],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'model_failed', true],
    ['HPE', 'model_failed', true],
    ['CERT_HAS_EXPIRED', 'model_failed', true],
    ['ETIMEDOUT', 'model_timeout', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'model_timeout', true],
    ['UND_ERR_INVALID_ARG', 'model_failed', false],
  ])('%s is %s, retriable: %s', (code, expected, isRetriable) => {
    expect(classifyConnectionError(code)).toEqual({ code: expected, isRetriable });
  });
});

describe('classifyErrorFrame', () => {
  it.each([
    [{ type: 'server_error' }, 'model_failed', true],
    [{ type: 'internal_error', code: null }, 'model_failed', true],
    [{ message: 'no words' }, 'model_failed', true],
    ['a string', 'model_failed', true],
    [true, 'model_failed', true],
    [null, 'model_failed', true],
    [{ code: 500 }, 'model_failed', true],
    [{ code: 502, type: 'invalid_request_error' }, 'model_failed', true],
    [{ code: '503' }, 'model_overloaded', true],
    [{ code: 429 }, 'model_overloaded', true],
    [{ type: 'rate_limit_exceeded' }, 'model_overloaded', true],
    [{ type: 'Overloaded' }, 'model_overloaded', true],
    [{ type: 'tokens', code: 'rate_limit_exceeded' }, 'model_overloaded', true],
    [{ code: 400 }, 'model_refused', false],
    [{ type: 'invalid_request_error' }, 'model_refused', false],
    [{ type: 'invalid_request_error', code: 'context_length_exceeded' }, 'model_refused', false],
    [{ type: 'BadRequestError', code: 400 }, 'model_refused', false],
    [{ code: 'content_filter' }, 'model_refused', false],
    [{ code: 'contentFilter' }, 'model_refused', false],
    [{ type: 'authentication_error' }, 'model_refused', false],
    [{ code: 'model_not_found' }, 'model_refused', false],
  ])('%j is %s, retriable: %s', (error, code, isRetriable) => {
    expect(classifyErrorFrame(error)).toEqual({ code, isRetriable });
  });
});
