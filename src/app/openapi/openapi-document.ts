import { SERVICE_VERSION } from '../../common/service-version.js';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { ProblemDto } from '../../common/errors/problem.dto.js';
import { declareResponseHeaders } from './response-headers.js';
import { toOpenApi30 } from './openapi-3.0.js';
import { nameTitledSchemas, withPlainNames } from './named-schemas.js';
import { declareProblems } from './problems.js';
import { keepTexts, SERVER_PLACEHOLDER, serverOf } from './served-texts.js';
import { addWiresToSchemas, WIRE_DOCUMENTS, WIRE_ERRORS } from './wire-documents.js';

const DESCRIPTION = `Chat APIs over one core, in front of any OpenAI-compatible model server.

${WIRE_DOCUMENTS.map(({ introduction }) => `* ${introduction}`).join('\n')}

Press **Authorize**, paste a key, open an operation and press **Execute**. Every error is
\`application/problem+json\` (RFC 9457); its \`code\` says what happened. ${WIRE_ERRORS.map(({ introduction }) => introduction).join(' ')}

* Send the documented types. The Conversation API, the QA API and feedback also accept numbers and booleans as text, numbers as ids, and UUIDs in any form.
* In a body, \`null\` means "not given", and the service ignores unknown members. For an unknown query parameter it answers 400.
* Bodies are JSON objects in UTF-8 of at most 1 MiB (1,048,576 bytes), unless the service is configured otherwise; larger bodies are 413.
  Lengths of texts count UTF-16 code units, as JavaScript and Java do; U+0000 is refused.
* Times are RFC 3339: answers have UTC with milliseconds, requests may have any offset.
* New members, and new values of enums such as \`code\`, may come without a new version: ignore what you do not know.
* A path with another method is 405, with \`Allow\`. The data of another client is a 404, as if it did not exist.
* Closing the connection does not stop an answer: it continues for 60 seconds (unless configured otherwise), so that you can come back to it, and is
  then cancelled and stored as \`cancelled\`. To stop it at once: \`POST /api/chat/{chat_id}/stop\`.
  On \`/v1\` it stops the answer within a second, unless the question has an \`Idempotency-Key\`.`;

const KEY =
  "The calling client's key alone: the key that the first start prints, or a key from `npm run client:add -- NAME`.";

/** Those after the wires', in the order in which a new caller wants to read them. Generators name classes after them: `TurnsApi`. */
const TAGS = [
  { name: 'turns', description: 'Answers of any API, after the question' },
  { name: 'conversations', description: 'The questions and answers of conversations (会话)' },
  { name: 'feedback', description: 'What end users think of answers (用户反馈)' },
  { name: 'exports', description: 'Feedback as data to train and evaluate models with (导出)' },
  { name: 'documents', description: 'The documents that answers draw on (文档)' },
  { name: 'knowledge', description: 'Search in the documents (知识库)' },
  { name: 'prompts', description: 'Prompt templates that requests name (提示词模板)' },
  { name: 'models', description: 'Models that requests name (大模型)' },
  { name: 'health', description: 'For probes; no key needed' },
];

/** The OpenAPI document of every route. The same for each start: it is committed, and compared in CI. */
export function createOpenApiDocument(app: NestExpressApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('LLM chat service')
    .setDescription(DESCRIPTION)
    .setVersion(SERVICE_VERSION)
    .setOpenAPIVersion('3.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    // Not addBearerAuth: that one calls every key a JWT.
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: KEY })
    .addSecurityRequirements('bearer');
  const tags = [...WIRE_DOCUMENTS.map(({ tag }) => tag), ...TAGS];
  for (const { name, description } of tags) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ProblemDto, ...WIRE_ERRORS.map(({ model }) => model)],
    operationIdFactory: (_controller, method) => method,
  });
  document.info.contact = { name: 'The operator of the service that you call' };
  addWiresToSchemas(document);
  nameTitledSchemas(document);
  declareProblems(document);
  declareResponseHeaders(document);
  return withPlainNames(document);
}

/**
 * Serves `/openapi.json`, `/openapi.yaml` and `/openapi-3.0.json`, and `/docs` where it is wanted. Built at the first request.
 * @param options `publicUrl`: where the service is reached from outside, `''` where that is not known
 */
export function serveOpenApi(
  app: NestExpressApplication,
  { ui, publicUrl }: { ui: boolean; publicUrl: string },
): void {
  const serverFor = (request: Request) => serverOf(request, publicUrl);
  let made: OpenAPIObject | undefined;
  const document = () => (made ??= { ...createOpenApiDocument(app), servers: [{ url: SERVER_PLACEHOLDER }] });
  app.use('/docs', allowSwaggerUi);
  app.use(keepTexts(serverFor));
  SwaggerModule.setup('docs-3.0', app, () => toOpenApi30(document()), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'openapi-3.0.json',
  });
  SwaggerModule.setup('docs', app, document, {
    ui,
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'LLM chat service',
    swaggerOptions: {
      displayRequestDuration: true,
      tryItOutEnabled: true,
      // The list of schemas is longer than the list of operations.
      defaultModelsExpandDepth: 0,
    },
  });
}

/** The page brings its own scripts and inline styles, and calls this service. */
function allowSwaggerUi(request: Request, response: Response, next: NextFunction): void {
  // The page names its files, and the routes, from where it is: with a slash behind it, one folder too low.
  if (/^\/docs\/+(?:\?|$)/i.test(request.originalUrl)) {
    response.redirect(308, '../docs');
    return;
  }
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
      "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  next();
}
