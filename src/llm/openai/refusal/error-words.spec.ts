import { describeErrorWords } from './error-words.js';
import { readServerError } from './server-error.js';

const describeWords = (error: unknown) => describeErrorWords(readServerError(error));

describe('The words of an error', () => {
  it.each([
    [{ type: 'invalid_request_error', code: 'context_length_exceeded' }],
    [{ type: 'BadRequestError', code: 400 }],
    [{ type: 'insufficient_quota', code: 'insufficient_quota' }],
    [{ type: 'authentication_error', code: 'invalid_api_key' }],
    [{ type: 'server_error', code: '1302' }],
    [{ type: 'data_inspection_failed', code: 'data_inspection_failed' }],
    [{ type: 'exceed_context_size_error', code: 'Arrearage' }],
    [{ type: 'RESOURCE_EXHAUSTED', code: 429 }],
    [{ type: 'exceeded_current_quota_error', code: 'Throttling.RateQuota' }],
  ])('of servers in use are known: %j', (error) => {
    expect(describeWords(error)).toBe(`type ${error.type}, code ${error.code}`);
  });

  it.each([
    'secret',
    'secret_error',
    'invalid_secret',
    'c2VjcmV0',
    'INVALID_sEcReT',
    'error secret',
    'error\nsecret',
    '',
    '12345678',
    `error${'_error'.repeat(20)}`,
    123_456,
    1.5,
    { error: 'secret' },
    ['error'],
    null,
  ])('that may be the prompt are left out: %j', (word) => {
    expect(describeWords({ type: word, code: word })).toBe('');
  });

  it.each([null, 'error', 5, [], {}])('are not in %j', (error) => {
    expect(describeWords(error)).toBe('');
  });
});
