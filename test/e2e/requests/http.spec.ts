import { jest } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { parse as parseYaml } from 'yaml';
import { ClientService } from '../../../src/auth/client.service.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { readProblem } from '../../support/requests/problem.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const ORIGIN = 'https://app.example';
const SECOND_KEY = 'second-key-0123456789abcdef012345';
const ODD_KEY = 'schlüssel=ключ==钥匙🔑-0123456789abcdef';

let model: ModelServer;
/** Takes calls from pages, and a key of its own from the environment. */
let service: TestService;
/** As it is without any setting. */
let plain: Awaited<ReturnType<typeof startServiceWithModel>>;

beforeAll(async () => {
  const settings = {
    CORS_ORIGINS: `${ORIGIN}, https://other.example`,
    TRUST_PROXY: 'loopback',
    HSTS_MAX_AGE: '31536000',
    API_KEYS: `team A/b=${ODD_KEY},two=${SECOND_KEY}`,
  };
  ({ model, service } = await startServiceWithModel(settings));
  model.always(answer('an answer'));
  plain = await startServiceWithModel();
  plain.model.always(answer('an answer'));
});

afterAll(async () => {
  await stopServiceWithModel({ model, service });
  await stopServiceWithModel(plain);
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly status: number;
}

/** Requests whose answers come from different depths: handlers, streams, the guard, the body reader, no route. */
const ANSWERS: [string, Asked][] = [
  ['an answer', { method: 'GET', path: '/api/ping', status: 200 }],
  ['a JSON answer', { method: 'POST', path: '/chat', body: { query: 'q' }, status: 200 }],
  ['a stream', { method: 'POST', path: '/chat/stream', body: { query: 'q' }, status: 200 }],
  ['nothing', { method: 'DELETE', path: '/api/prompts/nobodys', status: 404 }],
  ['a bad body', { method: 'POST', path: '/chat', body: [], status: 400 }],
  ['an unknown route', { method: 'GET', path: '/nowhere', status: 404 }],
  ['a path that is none', { method: 'GET', path: '/api/prompts/%zz', status: 400 }],
  ['the document', { method: 'GET', path: '/openapi.json', status: 200 }],
  ['the document for 3.0', { method: 'GET', path: '/openapi-3.0.json', status: 200 }],
];

describe('Every answer', () => {
  it('is kept by no cache on the way', async () => {
    const answers = [
      service.post('/chat', { query: 'q' }),
      service.request('GET', '/api/conversations'),
      service.request('GET', '/v1/models'),
      service.request('GET', '/nowhere'),
      service.post('/api/chat', { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' }),
    ];
    for (const response of await Promise.all(answers))
      expect(response.headers.get('cache-control')).toContain('no-store');
  });

  it.each(ANSWERS)(
    'has headers that forbid what an API never needs: %s',
    async (_, { method, path, body, status }) => {
      const response = await service.request(method, path, { body });
      await response.text();
      expect(response.status).toBe(status);
      const { headers } = response;
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      for (const name of ['x-powered-by', 'server', 'etag', 'set-cookie'])
        expect(headers.has(name)).toBe(false);
    },
  );

  it('leaves HTTPS to who runs the host, unless it is configured', async () => {
    const response = await plain.service.request('GET', '/api/ping');
    expect(response.headers.has('strict-transport-security')).toBe(false);
  });

  it.each(ANSWERS)('names its request: %s', async (_, { method, path, body }) => {
    const given = await service.request(method, path, { body, headers: { 'x-request-id': 'req_1.a-B' } });
    expect(given.headers.get('x-request-id')).toBe('req_1.a-B');
    const text = await given.text();
    if (given.status >= 400) expect(JSON.parse(text)).toMatchObject({ request_id: 'req_1.a-B' });
    const made = await service.request(method, path, { body });
    await made.text();
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['', ' ', 'a b', 'a"b', '{}', 'ä', '<script>', 'x'.repeat(129)])(
    'has an id of its own where the given one could harm a log: %j',
    async (given) => {
      const response = await service.request('GET', '/api/models', { headers: { 'x-request-id': given } });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('A key', () => {
  const bytesOf = (key: string) => Buffer.from(key, 'utf8').toString('latin1');
  const statusWith = async (authorization: string | undefined) => {
    const headers = authorization === undefined ? undefined : { authorization };
    const response = await service.request('GET', '/api/models', { key: null, headers });
    if (response.status === 200) return 200;
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    const problem = await readProblem(response);
    expect(problem).toMatchObject({ status: 401, code: 'unauthorized', retryable: false });
    const [, key = ''] = (authorization ?? '').split(' ');
    if (key.length >= 8) expect(JSON.stringify(problem)).not.toContain(key);
    return 401;
  };

  it('is taken with the scheme in any case, and from the environment whatever its characters', async () => {
    expect(await statusWith(`Bearer ${service.key}`)).toBe(200);
    expect(await statusWith(`bearer ${service.key}`)).toBe(200);
    expect(await statusWith(`BEARER  ${service.key} `)).toBe(200);
    expect(await statusWith(`Bearer ${bytesOf(ODD_KEY)}`)).toBe(200);
    expect(await statusWith(`Bearer ${SECOND_KEY}`)).toBe(200);
  });

  it.each([
    ['no header', () => undefined],
    ['an empty header', () => ''],
    ['no key', () => 'Bearer'],
    ['an empty key', () => 'Bearer '],
    ['a bare key', () => service.key],
    ['another scheme', () => `Basic ${Buffer.from(`x:${service.key}`).toString('base64')}`],
    ['a scheme of another name', () => `Token ${service.key}`],
    ['an unknown key', () => `Bearer llmchat_${'x'.repeat(43)}`],
    ['a part of a key', () => `Bearer ${service.key.slice(0, -1)}`],
    ['more than a key', () => `Bearer ${service.key}x`],
    ['two keys', () => `Bearer ${service.key} ${service.key}`],
    ['a key in other letters', () => `Bearer ${service.key.toLowerCase()}`],
    ['a part of an odd key, up to its second =', () => `Bearer ${bytesOf('schlüssel=ключ')}`],
    ['an odd key with its name', () => `Bearer ${bytesOf(`team A/b=${ODD_KEY}`)}`],
    ['an odd key in Latin-1', () => 'Bearer schl\u00fcssel'],
    ['10,000 characters', () => `Bearer ${'x'.repeat(10_000)}`],
  ])('is not taken: %s', async (_, authorization) => {
    expect(await statusWith(authorization())).toBe(401);
  });

  it('is not taken in the query, where logs would have it', async () => {
    const path = `/api/models?access_token=${service.key}&key=${service.key}`;
    expect((await service.request('GET', path, { key: null })).status).toBe(401);
  });

  it('is not taken from the moment on at which it was revoked or has expired', async () => {
    const clients = service.app.get(ClientService, { strict: false });
    const revoked = await clients.addKey('revoked');
    const other = await clients.addKey('revoked');
    const expired = await clients.addKey('expired', 1);
    for (const { key } of [revoked, other, expired]) expect(await statusWith(`Bearer ${key}`)).toBe(200);
    await clients.revoke(revoked.keyId);
    expect(await statusWith(`Bearer ${revoked.key}`)).toBe(401);
    expect(await statusWith(`Bearer ${other.key}`)).toBe(200);
    await clients.revoke('revoked');
    expect(await statusWith(`Bearer ${other.key}`)).toBe(401);
    const database = service.app.get<DataSource>(getDataSourceToken());
    await database.query(`UPDATE client_key SET expires_at = now() WHERE id = $1`, [expired.keyId]);
    expect(await statusWith(`Bearer ${expired.key}`)).toBe(401);
  });
});

/** Whether a value is the OpenAPI document, or what Swagger UI gets around it. */
const hasDocument = (value: unknown) =>
  typeof value === 'object' && value !== null && ('openapi' in value || 'swaggerDoc' in value);

describe('The document, behind a proxy that takes a prefix off', () => {
  const serversOf = async (of: TestService, path: string, prefix?: string) => {
    const headers = prefix === undefined ? undefined : { 'x-forwarded-prefix': prefix };
    const text = await (await of.request('GET', path, { key: null, headers })).text();
    return /"servers":\s*(\[[^\]]*\])/.exec(text)?.[1]?.replaceAll(/\s/g, '');
  };

  it('names the prefix that a trusted proxy says', async () => {
    expect(await serversOf(service, '/openapi.json', '/ai')).toBe('[{"url":"/ai"}]');
    expect(await serversOf(service, '/docs/swagger-ui-init.js', '/team/ai/')).toBe('[{"url":"/team/ai"}]');
    expect(await serversOf(service, '/openapi.json', '/b')).toBe('[{"url":"/b"}]');
    expect(await serversOf(service, '/openapi-3.0.json', '/ai')).toBe('[{"url":"/ai"}]');
  });

  it.each(['//evil.example', 'https://evil.example', '/a b', '/"', 'ai', '/a/../b', '/..', '/./a'])(
    'names nothing that is no path: %s',
    async (prefix) => {
      expect(await serversOf(service, '/openapi.json', prefix)).toBe('[{"url":"/"}]');
    },
  );

  it('names it in YAML too', async () => {
    const headers = { 'x-forwarded-prefix': '/ai/' };
    const response = await service.request('GET', '/openapi.yaml', { key: null, headers });
    expect(response.headers.get('content-type')).toBe('text/yaml; charset=utf-8');
    expect(parseYaml(await response.text())).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/ai' }] });
  });

  it.each(['/openapi.json', '/openapi.yaml', '/openapi-3.0.json', '/docs/swagger-ui-init.js'])(
    'is made into a text once for all requests: %s',
    async (path) => {
      const read = async (prefix: string) => {
        const headers = { 'x-forwarded-prefix': prefix };
        return (await service.request('GET', path, { key: null, headers })).text();
      };
      expect(await read('/first')).toContain('operationId');
      const walks = [jest.spyOn(JSON, 'stringify'), jest.spyOn(Object, 'keys')];
      const texts = await Promise.all(Array.from({ length: 20 }, (_, count) => read(`/team-${count}`)));
      const calls = walks.flatMap(({ mock }) => mock.calls.map(([value]) => value as unknown));
      for (const walk of walks) walk.mockRestore();
      expect(calls.filter(hasDocument).length).toBe(0);
      expect(texts[7]).toMatch(/url"?: ?"\/team-7"/);
    },
  );

  it('names no prefix that anybody else says, and lets its page ask the folder that it is in', async () => {
    expect(await serversOf(plain.service, '/openapi.json', '/ai')).toBe('[{"url":"/"}]');
    expect(await serversOf(plain.service, '/docs/swagger-ui-init.js', '/ai')).toBe('[{"url":"./"}]');
    const slash = await fetch(`${plain.service.url}/docs/`, { redirect: 'manual' });
    expect([slash.status, slash.headers.get('location')]).toEqual([308, '../docs']);
  });
});

describe('Pages of other origins', () => {
  const PREFLIGHT = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,last-event-id,idempotency-key',
  };
  const preflight = (of: TestService, origin: string) =>
    of.request('OPTIONS', '/chat/stream', { key: null, headers: { origin, ...PREFLIGHT } });

  it('may not call unless they are named', async () => {
    const asked = await preflight(plain.service, ORIGIN);
    expect(asked.headers.has('access-control-allow-origin')).toBe(false);
    expect(asked.headers.has('access-control-allow-headers')).toBe(false);
    const answered = await plain.service.request('GET', '/api/models', { headers: { origin: ORIGIN } });
    expect(answered.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('may call when they are named, and others not', async () => {
    const asked = await preflight(service, ORIGIN);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(asked.headers.get('vary')).toContain('Origin');
    expect(asked.headers.get('access-control-max-age')).toBe('7200');
    for (const origin of ['https://evil.example', 'http://app.example', `${ORIGIN}.evil.example`, 'null']) {
      expect((await preflight(service, origin)).headers.has('access-control-allow-origin')).toBe(false);
    }
  });

  it.each(ANSWERS)('can read what they are answered, errors too: %s', async (_, { method, path, body }) => {
    const response = await service.request(method, path, { body, headers: { origin: ORIGIN } });
    await response.text();
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-expose-headers')).toMatch(/X-Request-Id.*Retry-After/);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('can read why a key was not taken', async () => {
    const response = await service.request('GET', '/api/models', { key: 'x', headers: { origin: ORIGIN } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });
});

it('Swagger UI does not keep the key when its page is closed', async () => {
  const settings = await plain.service.request('GET', '/docs/swagger-ui-init.js', { key: null });
  const text = await settings.text();
  expect(text).toContain('tryItOutEnabled');
  expect(text).not.toMatch(/persistAuthorization["']?: ?true/);
});
