import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { ProblemDto } from './common/errors/problem.dto.js';

const DESCRIPTION = `Two chat API variants over one core, in front of any OpenAI-compatible model server.

* **Variant A, "conversation"**: \`POST /chat\` for JSON, \`POST /chat/stream\` for server-sent events. Remembers conversations.
* **Variant B, "qa"**: \`POST /api/chat\`, server-sent events with the sources of the answer.

Press **Authorize** and paste a key. Every error is \`application/problem+json\` (RFC 9457).`;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** The OpenAPI document of every route. The same for each start: it is committed, and compared in CI. */
export function createOpenApiDocument(app: NestExpressApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('LLM chat service')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setOpenAPIVersion('3.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of the calling client' }, 'bearer')
    .addSecurityRequirements('bearer');
  const document = SwaggerModule.createDocument(app, builder.build(), { extraModels: [ProblemDto] });
  declareUnauthorized(document);
  return document;
}

/** Serves `/openapi.json` and `/openapi.yaml`, and `/docs` where it is wanted. Built at the first request. */
export function serveOpenApi(app: NestExpressApplication, { ui }: { ui: boolean }): void {
  app.use('/docs', allowSwaggerUi);
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), {
    ui,
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'LLM chat service',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}

/** Every route that is not public answers 401 without a key; said once, here. */
function declareUnauthorized(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation || operation.security?.length === 0) continue;
      operation.responses['401'] = {
        description: '`unauthorized`: A valid key is needed',
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
      };
    }
  }
}

/** The page brings its own scripts and inline styles, and calls this service. */
function allowSwaggerUi(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
      "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  next();
}
