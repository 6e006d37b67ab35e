import { saysAway } from './away.js';

describe('saysAway', () => {
  it.each([
    ['llama.cpp, which loads', 503, { error: { code: 503 } }, 'Loading model'],
    ['Hugging Face', 503, { error: 'x' }, 'Model Qwen/Qwen3-8B is currently loading'],
    ['a server that warms up', 503, { detail: 'x' }, 'The engine is warming up'],
    ['a server that is not ready', 503, { detail: 'x' }, 'Server not ready'],
    ['a server in Chinese', 503, { msg: 'x' }, '模型正在加载'],
    ['nginx before a dead server', 502, '<html><h1>502 Bad Gateway</h1></html>', ''],
    ['a load balancer without a server', 503, '', ''],
    ['Envoy', 503, 'upstream connect error or disconnect/reset before headers', ''],
    ['a proxy that waited for its server', 504, '<html></html>', ''],
    ['Cloudflare', 521, '<html></html>', ''],
  ])('knows %s', (_, status, body, message) => {
    expect(saysAway(status, body, message)).toBe(true);
  });

  it.each([
    [
      'a busy server',
      503,
      { error: 'x' },
      'server busy, please try again. maximum pending requests exceeded',
    ],
    ['an overloaded server', 503, { error: {} }, 'The engine is currently overloaded'],
    ['an error without words', 503, {}, ''],
    ['a model that cannot be loaded', 500, { error: 'x' }, 'error loading model'],
    ['a server that failed', 500, 'Internal Server Error', ''],
    ['a limit of one key', 429, '', ''],
  ])('does not mean %s', (_, status, body, message) => {
    expect(saysAway(status, body, message)).toBe(false);
  });
});
