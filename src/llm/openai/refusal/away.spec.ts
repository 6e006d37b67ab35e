import { AWAY, AWAY_WITH_REQUEST } from '../../failure-classes.js';
import { awayClassOf } from './away.js';

describe('awayClassOf', () => {
  it.each([
    ['llama.cpp, which loads', 503, { error: { code: 503 } }, 'Loading model'],
    ['Hugging Face', 503, { error: 'x' }, 'Model Qwen/Qwen3-8B is currently loading'],
    ['a server that warms up', 503, { detail: 'x' }, 'The engine is warming up'],
    ['a server that is not ready', 503, { detail: 'x' }, 'Server not ready'],
    ['a server in Chinese', 503, { msg: 'x' }, '模型正在加载'],
    ['nginx before a dead server', 502, '<html><h1>502 Bad Gateway</h1></html>', ''],
    ['a load balancer without a server', 503, '', ''],
    ['Envoy', 503, 'upstream connect error or disconnect/reset before headers', ''],
    ['Cloudflare', 521, '<html></html>', ''],
  ])('knows %s', (_, status, body, message) => {
    expect(awayClassOf({ status, afterMs: 20 }, body, message)).toBe(AWAY);
  });

  it.each([
    ['nginx, whose server took the request and died', 502, 1_500],
    ['a proxy that waited for its server', 504, 2_000],
    ['a proxy that did not wait long', 504, 1],
    ['a balancer with a limit of 30 s', 503, 30_000],
  ])('knows that the server may have the request: %s', (_, status, afterMs) => {
    expect(awayClassOf({ status, afterMs }, '<html></html>', '')).toBe(AWAY_WITH_REQUEST);
  });

  it.each([
    ['HAProxy, which tries three times to connect', 503, 3_000, '', ''],
    ['Cloudflare, which could not connect', 522, 19_000, '', ''],
    ['a server that took its time to say that it loads', 503, 9_000, { error: 'x' }, 'Loading model'],
  ])('knows that no server has the request: %s', (_, status, afterMs, body, message) => {
    expect(awayClassOf({ status, afterMs }, body, message)).toBe(AWAY);
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
    expect(awayClassOf({ status, afterMs: 20 }, body, message)).toBeNull();
  });
});
