import { isV1, joinV1, rightBaseUrl, wayOutOf } from './v1-paths.js';

const ORIGIN = 'http://a:1';

describe('A path of the OpenAI API', () => {
  it.each([
    ['/v1//chat/completions?x=//', '/v1/chat/completions?x=//'],
    ['//v1/chat/completions', '/v1/chat/completions'],
    ['//V1///models/a//b', '/v1/models/a//b'],
    ['/v1/chat//completions', '/v1/chat//completions'],
    ['/v1', '/v1'],
    ['/api//v1/x', '/api//v1/x'],
    ['/v1%2f/models', '/v1%2f/models'],
    ['/v1/../v1//models', '/v1/../v1//models'],
    ['//evil.example/v1//models', '//evil.example/v1//models'],
  ])('is joined only where its base URL ends: %s', (url, joined) => {
    expect(joinV1(url)).toBe(joined);
  });

  it.each([
    '/v1/completions',
    '/v1/audio/speech',
    '/v1/audio/transcriptions',
    '/v1/images/generations',
    '/v1/images/edits',
    '/v1/moderations',
    '/v1/files',
    '/v1/files/file-1/content',
    '/v1/uploads/u/parts',
    '/v1/batches/b/cancel',
    '/v1/fine_tuning/jobs',
    '/v1/assistants',
    '/v1/threads/t/runs',
    '/v1/vector_stores/v/search',
    '/v1/realtime/sessions',
    '/v1/videos',
    '/v1/containers/c',
    '/v1/evals/e/runs',
    '/v1/conversations',
    '/v1/engines/davinci/completions',
    '/v1/edits',
    '/v1/messages',
    '/v1/rerank',
    '/v1/chat/completions/chatcmpl-1',
    '/v1/chat/completions/chatcmpl-1/messages',
    '/V1//Completions/',
  ])('that is not offered names the way out: %s', (path) => {
    expect(wayOutOf(path)).toMatch(/^[A-Z].*\.$/);
    expect(rightBaseUrl(path, ORIGIN)).toBeUndefined();
  });

  it.each([
    '/v1/chat/completions',
    '/v1/chat/completions/stream',
    '/v1/responses',
    '/v1/responses/resp_1',
    '/v1/responses/resp_1/cancel',
    '/v1/embeddings',
    '/v1/models',
    '/v1/models/files',
    '/v1/models/audio/v1',
    '/v1/nowhere',
    '/v1/constructor',
  ])('that is offered, or that no server has, is left alone: %s', (path) => {
    expect([isV1(path), wayOutOf(path), rightBaseUrl(path, ORIGIN)]).toEqual([true, undefined, undefined]);
  });

  it.each([
    '/chat/completions',
    '/models',
    '/models/a',
    '/responses',
    '/responses/resp_1',
    '/embeddings',
    '/completions',
    '/v1/v1/chat/completions',
    '/v1/v1/models',
    '/api/v1/chat/completions',
    '/openai/v1/responses',
    '/openai/deployments/m/chat/completions',
    '/openai/chat/completions',
    '/openai/models',
    '/api/chat/completions',
    '/ai/v1/embeddings',
    '/v1/chat/completions/chat/completions',
    '/v1/chat/completions/models',
    '/CHAT/Completions/',
  ])('that shows a wrong base URL names the right one: %s', (path) => {
    expect(rightBaseUrl(path, ORIGIN)).toContain('such as http://a:1/v1.');
    expect(rightBaseUrl(path, '')).toContain('and /v1.');
    expect([isV1(path), wayOutOf(path)]).toEqual([true, undefined]);
  });

  it.each([
    '/chat',
    '/chat/stream',
    '/api/chat',
    '/api/models',
    '/api/chat/x/stream',
    '/v10/models',
    '/x',
    '/',
  ])('is none of the other routes: %s', (path) => {
    expect([isV1(path), wayOutOf(path), rightBaseUrl(path, ORIGIN)]).toEqual([false, undefined, undefined]);
  });
});
