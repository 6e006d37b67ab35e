import { classifyConnectionError, classifyStatus } from './failure-classes.js';

describe('classifyStatus', () => {
  it.each([
    [301, 'model_failed', false, false],
    [302, 'model_failed', false, false],
    [304, 'model_failed', false, false],
    [400, 'model_refused', false, false],
    [401, 'model_refused', false, false],
    [403, 'model_refused', false, false],
    [404, 'model_refused', false, false],
    [405, 'model_refused', false, false],
    [408, 'model_failed', true, false],
    [409, 'model_failed', true, false],
    [413, 'model_refused', false, false],
    [415, 'model_refused', false, false],
    [422, 'model_refused', false, false],
    [425, 'model_failed', true, false],
    [429, 'model_overloaded', true, false],
    [451, 'model_refused', false, false],
    [500, 'model_failed', true, true],
    [501, 'model_failed', true, true],
    [502, 'model_failed', true, true],
    [503, 'model_overloaded', true, true],
    [504, 'model_failed', true, true],
    [529, 'model_failed', true, true],
  ])('%s is %s, retriable: %s, an outage: %s', (status, code, isRetriable, isOutage) => {
    expect(classifyStatus(status)).toMatchObject({ code, isRetriable, isOutage });
    // 498: a tier that is full.
    expect(classifyStatus(status).isRateLimit ?? false).toBe(status === 429 || status === 498);
  });
});

describe('classifyConnectionError', () => {
  it.each([
    ['ECONNREFUSED', 'model_failed', true, true, true],
    ['ENOTFOUND', 'model_failed', true, true, true],
    ['EAI_AGAIN', 'model_failed', true, true, true],
    ['EHOSTUNREACH', 'model_failed', true, true, true],
    ['ECONNRESET', 'model_failed', true, true, true],
    ['EPIPE', 'model_failed', true, true, true],
    ['UND_ERR_SOCKET', 'model_failed', true, true, true],
    ['UND_ERR_HEADERS_OVERFLOW', 'model_failed', true, true, false],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'model_failed', true, true, false],
    ['HPE', 'model_failed', true, true, false],
    ['CERT_HAS_EXPIRED', 'model_failed', true, true, false],
    ['ETIMEDOUT', 'model_timeout', true, true, true],
    ['UND_ERR_CONNECT_TIMEOUT', 'model_timeout', true, true, true],
    ['EMFILE', 'model_failed', true, false, false],
    ['UND_ERR_INVALID_ARG', 'model_failed', false, false, false],
  ])('%s is %s, retriable: %s, an outage: %s, away: %s', (code, expected, isRetriable, isOutage, isAway) => {
    for (const mayBeWorkedOn of [false, true]) {
      const found = classifyConnectionError(code, mayBeWorkedOn);
      expect(found).toMatchObject({ code: expected, isRetriable, isOutage });
      expect([found.isAway ?? false, found.isUnreached ?? false]).toEqual([isAway, isAway && !mayBeWorkedOn]);
    }
  });
});
