import { findError, isForeign } from './error-frame.js';

describe('A frame without a choice', () => {
  it.each<[string, object]>([
    ['FastChat', { text: 'out of memory', error_code: 50002 }],
    ['DashScope', { code: 'InternalError', message: 'worker died', request_id: 'r' }],
    ['Zhipu', { code: 500, msg: 'no', success: false }],
    ['SiliconFlow', { code: 50501, message: 'busy', data: null }],
    ['Qianfan', { error_code: 18, error_msg: 'too many' }],
    ['MiniMax', { base_resp: { status_code: 1004, status_msg: 'no' }, choices: null }],
    ['FastAPI', { detail: 'Not Found' }],
    ['FastAPI, a list', { detail: [{ msg: 'no' }] }],
    ['TGI', { error: 'no', error_type: 'generation' }],
    ['Venice', { error_type: 'context_length_exceeded', error_message: 'no' }],
    ['vLLM', { object: 'error', message: 'no', code: 400 }],
    ['Anthropic', { type: 'error', error: { type: 'overloaded_error' } }],
    ['OpenRouter', { id: 'c', object: 'chat.completion.chunk', choices: [], error: { code: 502 } }],
    ["Azure's gateway", { statusCode: 429, message: 'Rate limit is exceeded.' }],
    ['Cloudflare', { success: false, errors: [{ code: 10000, message: 'no' }] }],
    ['AWS Lambda', { errorMessage: 'no', errorType: 'Error' }],
    ['Spring', { status: 500, message: 'no', path: '/' }],
    ['a status', { status: 'error', message: 'no' }],
    ['WeChat', { errcode: 40001, errmsg: 'no' }],
    ['Apigee', { fault: { faultstring: 'no' } }],
    ['an event in JSON', { event: 'error', data: { message: 'no' } }],
    ['an exception', { exception: 'worker died', traceback: '…' }],
    ['an empty error', { error: {} }],
  ])('is an error in the form of %s', (_, frame) => {
    expect(findError(frame)).not.toBeNull();
  });

  it.each<[string, object]>([
    [
      "Azure's verdict on the prompt",
      { choices: [], prompt_filter_results: [{ prompt_index: 0 }], model: '' },
    ],
    ['counts', { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }],
    ['counts without choices', { usage: { prompt_tokens: 1, completion_tokens: 1 } }],
    ['counts of Spark', { code: 0, message: 'Success', sid: 's', usage: { prompt_tokens: 1 }, choices: [] }],
    ['a success of Spark', { code: 0, message: 'Success', choices: [] }],
    ['a success of FastChat', { text: 'x', error_code: 0 }],
    ['a success of MiniMax', { base_resp: { status_code: 0, status_msg: 'success' }, choices: [] }],
    ['a success of SiliconFlow', { code: 20000, message: 'Ok', status: true }],
    ['no error', { error: null }],
    ['a ping', { type: 'ping' }],
    ['nothing', {}],
    ['Groq', { id: 'c', x_groq: { id: 'r' }, choices: [] }],
    ['a code without a message', { code: 'x' }],
    ['a message without a code', { message: 'hello' }],
    ['an empty detail', { detail: '' }],
    ['a detail beside choices', { choices: [], detail: 'cached' }],
  ])('is no error: %s', (_, frame) => {
    expect(findError(frame)).toBeNull();
  });

  it.each<[object, boolean]>([
    [{}, false],
    [{ choices: [] }, false],
    [{ choices: null }, false],
    [{ usage: { prompt_tokens: 1 } }, false],
    [{ object: 'chat.completion.chunk', id: 'c' }, false],
    [{ type: 'ping' }, false],
    [{ message: 'Internal error' }, true],
    [{ type: 'message_start' }, true],
    [{ usage: null }, true],
  ])('%j is of another protocol: %s', (frame, expected) => {
    expect(isForeign(frame as Record<string, unknown>)).toBe(expected);
  });
});
