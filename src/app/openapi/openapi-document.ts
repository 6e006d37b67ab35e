import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import type { ErrorDocument } from '../../chat/wire/wire.js';
import { ERROR_CODE_NAMES, ERROR_CODES, type ErrorCode } from '../../common/errors/error-codes.js';
import { exampleProblem, problemResponse } from '../../common/errors/problem.api.js';
import { ProblemDto } from '../../common/errors/problem.dto.js';
import { declareResponseHeaders } from './response-headers.js';
import { type Operation, operationsOf } from './operations.js';
import { nameTitledSchemas } from './named-schemas.js';
import { serverOf, withServer } from './servers.js';
import { keepTexts, SERVER_PLACEHOLDER } from './texts.js';
import { addWiresToSchemas, findWireErrors, WIRE_ERRORS, WIRE_LIST, WIRE_TAGS } from './wire-documents.js';

const DESCRIPTION = `Chat APIs over one core, in front of any OpenAI-compatible model server.

${WIRE_LIST}

Press **Authorize**, paste a key, open an operation and press **Execute**. Every error is
\`application/problem+json\` (RFC 9457); its \`code\` says what happened. ${WIRE_ERRORS.map(({ introduction }) => introduction).join(' ')}

* Send the types that are documented. The Conversation API, the QA API and feedback also take numbers and booleans as text, numbers as ids, and UUIDs in any form.
* In a body, \`null\` means "not given", and members that are not known are ignored. A query parameter that is not known is 400.
* Bodies are JSON objects in UTF-8 of at most 1 MiB (1,048,576 bytes), unless the service is set up otherwise; larger ones are 413.
  Lengths of texts count UTF-16 code units, as JavaScript and Java do; U+0000 is refused.
* Moments are RFC 3339: given in UTC with milliseconds, taken with any offset.
* New members, and new values of enums such as \`code\`, may come without a new version: take what you do not know.
* A path with another method is 405, with \`Allow\`. What belongs to somebody else is the same 404 as what does not exist.
* Closing the connection does not stop an answer: it goes on for 60 seconds (unless set up otherwise), so that you can come back to it, and is
  then given up and stored as \`cancelled\`. To stop it at once: \`POST /api/chat/{chat_id}/stop\`.`;

const KEY =
  "The calling client's key, by itself: the one printed at the first start, or one made by `npm run client:add -- NAME`.";

/** Those after the wires', in the order in which a new caller wants to read them. Generators name classes after them: `TurnsApi`. */
const TAGS = {
  turns: 'Answers of any API, afterwards',
  conversations: 'What was asked and answered in conversations (对话)',
  feedback: 'What end users think of answers (用户反馈)',
  exports: 'Feedback as data to train and evaluate models with (导出)',
  documents: 'What answers are drawn from (文档)',
  knowledge: 'Search in the documents (知识库)',
  prompts: 'Prompt templates that requests name (提示模板)',
  models: 'Models that requests name (大模型)',
  health: 'For probes; no key needed',
};

/** What every route with a key can answer, whatever it does: said once, here. */
const PROBLEMS_WITH_KEY: readonly ErrorCode[] = [
  'unauthorized',
  'too_many_requests',
  'internal_error',
  'database_unavailable',
];

/** What every route that reads a body can answer. */
const PROBLEMS_WITH_BODY: readonly ErrorCode[] = [
  'validation_failed',
  'malformed_json',
  'bad_request',
  'payload_too_large',
  'unsupported_media_type',
  'service_overloaded',
];

/** What every route with a name or an id in its path can answer, as to `%zz`. */
const PROBLEMS_WITH_PATH_PARAMETER: readonly ErrorCode[] = ['bad_request'];

/** What every route with parameters in its query can answer. */
const PROBLEMS_WITH_QUERY: readonly ErrorCode[] = ['validation_failed'];

/** The OpenAPI document of every route. The same for each start: it is committed, and compared in CI. */
export function createOpenApiDocument(app: NestExpressApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('LLM chat service')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setOpenAPIVersion('3.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    // Not addBearerAuth: that one calls every key a JWT.
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: KEY })
    .addSecurityRequirements('bearer');
  for (const { name, description } of WIRE_TAGS) builder.addTag(name, description);
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ProblemDto, ...WIRE_ERRORS.map(({ model }) => model)],
    operationIdFactory: (_controller, method) => method,
  });
  // Nest's builder leaves both empty, which says less than nothing: no servers means the one asked.
  delete document.info.contact;
  delete document.servers;
  addWiresToSchemas(document);
  nameTitledSchemas(document);
  declareCommonProblems(document);
  addProblemExamples(document);
  declareResponseHeaders(document);
  return withPlainNames(document);
}

/**
 * Serves `/openapi.json` and `/openapi.yaml`, and `/docs` where it is wanted. Built at the first request.
 * @param options `publicUrl`: where the service is reached from outside, `''` where that is not known
 */
export function serveOpenApi(
  app: NestExpressApplication,
  { ui, publicUrl }: { ui: boolean; publicUrl: string },
): void {
  const serverFor = (request: Request) => serverOf(request, publicUrl);
  app.use('/docs', allowSwaggerUi);
  app.use(keepTexts(serverFor));
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), {
    ui,
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'LLM chat service',
    patchDocumentOnRequest: (request, _response, document) =>
      withServer(document, serverFor(request as Request) && SERVER_PLACEHOLDER),
    swaggerOptions: {
      displayRequestDuration: true,
      tryItOutEnabled: true,
      // The list of schemas is longer than the list of operations.
      defaultModelsExpandDepth: 0,
    },
  });
}

/** Names schemas as their classes without the `Dto` at the end, and joins the lines of their comments. */
function withPlainNames(document: OpenAPIObject): OpenAPIObject {
  const text = JSON.stringify(document, (key, value: unknown) =>
    key === 'description' && typeof value === 'string' ? joinLines(value) : value,
  );
  return JSON.parse(
    text.replaceAll(/("|#\/components\/schemas\/)([A-Z]\w+)Dto"(?=[:,}])/g, '$1$2"'),
  ) as OpenAPIObject;
}

/** A single line break is a space in Markdown, but not in code. */
function joinLines(text: string): string {
  const parts = text.split(/(```[\s\S]*?```)/);
  return parts.map((part, i) => (i % 2 === 0 ? part.replaceAll(/(?<=\S)\n(?![\n *])/g, ' ') : part)).join('');
}

function declareCommonProblems(document: OpenAPIObject): void {
  for (const { path, operation } of operationsOf(document)) {
    if (operation.security?.length === 0) continue;
    for (const code of commonProblems(operation)) declareProblem(operation, code);
    const form = findWireErrors(path);
    if (form) replaceProblems(operation, form);
  }
}

/** What is declared as problems is declared in the form that errors have there. */
function replaceProblems({ responses }: Operation, form: ErrorDocument): void {
  const codes = Object.keys(responses).flatMap((status) => declaredCodes(responses, status));
  for (const status of Object.keys(responses)) if (Number(status) >= 400) delete responses[status];
  Object.assign(responses, form.responses(codes));
}

function commonProblems({ requestBody, parameters = [] }: Operation): ErrorCode[] {
  const hasParameter = (place: string) =>
    parameters.some((parameter) => 'in' in parameter && parameter.in === place);
  return [
    ...PROBLEMS_WITH_KEY,
    ...(requestBody ? PROBLEMS_WITH_BODY : []),
    ...(hasParameter('path') ? PROBLEMS_WITH_PATH_PARAMETER : []),
    ...(hasParameter('query') ? PROBLEMS_WITH_QUERY : []),
  ];
}

/** Adds a code to what the route itself declares for the code's status. */
function declareProblem({ responses }: Operation, code: ErrorCode): void {
  const { status } = ERROR_CODES[code];
  const codes = new Set(declaredCodes(responses, status)).add(code);
  responses[status] = problemResponse([...codes]);
}

function declaredCodes(responses: Operation['responses'], status: number | string): ErrorCode[] {
  const declared = responses[status];
  const examples =
    declared && 'content' in declared ? declared.content?.['application/problem+json']?.examples : {};
  return Object.keys(examples ?? {}) as ErrorCode[];
}

/** One for each code that a route declares: a page of answers that all say 400 would be of no use. */
function addProblemExamples(document: OpenAPIObject): void {
  const used = JSON.stringify(document.paths);
  const codes = ERROR_CODE_NAMES.filter((code) => used.includes(`"#/components/examples/${code}"`));
  document.components ??= {};
  document.components.examples = Object.fromEntries(
    codes.map((code) => [code, { summary: code, value: exampleProblem(code) }]),
  );
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
