import {
  INTERCEPTORS_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  SSE_METADATA,
} from '@nestjs/common/constants.js';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startService, type TestService } from '../../support/service/service.js';

const METHODS = ['get', 'post', 'put', 'delete', 'patch'] as const;

/** The only routes that answer without a key. */
const PUBLIC = ['GET /api/ping', 'GET /health/live', 'GET /health/ready'];

interface Layer {
  readonly route?: { path: string; methods: Record<string, boolean> };
}

describe('The routes', () => {
  let service: TestService;
  let document: OpenAPIObject;

  beforeAll(async () => {
    service = await startService();
    document = (await (await service.request('GET', '/openapi.json', { key: null })).json()) as OpenAPIObject;
  });
  afterAll(() => service.stop());

  function documented(): string[] {
    return Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  function real(): string[] {
    const { stack } = (service.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router;
    const routes = stack.flatMap(({ route }) =>
      route
        ? METHODS.filter((method) => route.methods[method]).map(
            (method) =>
              `${method.toUpperCase()} ${route.path.replace(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1')}`,
          )
        : [],
    );
    return [...new Set(routes)].filter((route) => !/ \/(?:docs|openapi[.-])/.test(route));
  }

  it('are documented, every one and no other', () => {
    expect(real().sort()).toEqual(documented().sort());
  });

  it('want a key unless they are public, and the document says which', async () => {
    for (const route of documented()) {
      const [method, path] = route.split(' ') as [string, string];
      const operation = document.paths[path]![method.toLowerCase() as (typeof METHODS)[number]]!;
      const response = await service.request(method, path.replace(/\{\w+\}/g, 'x'), {
        key: null,
        ...(method !== 'GET' && { body: {} }),
      });
      const isPublic = PUBLIC.includes(route);
      expect([route, response.status === 401]).toEqual([route, !isPublic]);
      expect([route, operation.security?.length === 0]).toEqual([route, isPublic]);
      expect([route, '401' in operation.responses]).toEqual([route, !isPublic]);
    }
  });

  it('have operation ids, each once', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      METHODS.flatMap((method) => (item[method] ? [item[method].operationId] : [])),
    );
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]+)*$/);
  });

  // With an interceptor bound, an asynchronous refusal of an SSE route comes out as status 200.
  it('that stream have no interceptor, of their own, of their class or of the application', () => {
    const config = service.app.get(ApplicationConfig, { strict: false });
    expect(config.getGlobalInterceptors()).toEqual([]);
    expect(config.getGlobalRequestInterceptors()).toEqual([]);
    const streams = handlers().filter(({ handler }) => Reflect.hasMetadata(SSE_METADATA, handler));
    expect(streams.length).toBeGreaterThanOrEqual(2);
    for (const { controller, handler } of streams) {
      expect(Reflect.hasMetadata(INTERCEPTORS_METADATA, handler)).toBe(false);
      expect(Reflect.hasMetadata(INTERCEPTORS_METADATA, controller)).toBe(false);
      expect(Reflect.getMetadata(METHOD_METADATA, handler)).toBeDefined();
    }
  });

  function handlers(): { controller: object; handler: object }[] {
    const controllers = [...service.app.get(ModulesContainer).values()].flatMap((module) =>
      [...module.controllers.values()].map(({ metatype }) => metatype as { prototype: object }),
    );
    return controllers.flatMap((controller) =>
      Object.values(Object.getOwnPropertyDescriptors(controller.prototype))
        .map(({ value }) => value as object)
        .filter((handler) => typeof handler === 'function' && Reflect.hasMetadata(PATH_METADATA, handler))
        .map((handler) => ({ controller, handler })),
    );
  }
});
