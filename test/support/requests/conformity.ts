import type { OpenAPIObject } from '@nestjs/swagger';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { SSE_CONTENT_TYPE } from '../../../src/common/http/sse/sse-framing.js';
import { compileSchema, DOCUMENT, type Schema } from './document-schemas.js';

/** What was sent and what came back, as far as the document has a say in it. */
export interface Exchange {
  readonly method: string;
  /** With or without a query string. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null | undefined;
  /** Absent: they are not looked at. */
  readonly headers?: Headers;
}

/** What the document says of a response. */
interface Documented {
  /** Absent: it has no body. */
  readonly schema?: Schema;
  readonly headers: readonly string[];
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

interface Route {
  readonly name: string;
  readonly pattern: RegExp;
  readonly operation: Operation;
}

/** What routes answer that documents name otherwise: one for JSON and one for SSE, or one for each variant. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'POST /chat': ['POST /chat/stream'],
  'POST /api/chat': ['POST /chat', 'POST /chat/stream'],
  'POST /v1/chat/completions': ['POST /v1/chat/completions/stream'],
  'POST /v1/responses': ['POST /v1/responses/stream'],
};

/** What the server answers before it knows the route, or on behalf of all of them. */
const BEFORE_THE_ROUTE = [400, 401, 404, 405, 408, 413, 415];

/**
 * What a stream answers a reader that reconnects after every end. Its descriptions tell; as a response of the operation,
 * generators would make "nothing" one of the frames that a caller has to tell apart.
 */
const NOTHING_NEW = 204;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const HEADERS = Object.entries(DOCUMENT.components?.headers ?? {}) as [string, { required?: boolean }][];
const ROUTES = routesOf(DOCUMENT);
const validators = new Map<string, ValidateFunction>();

/** How a body is made of values: as one, or of pieces that are read while they come. */
type Form = 'whole' | 'frames' | 'lines';

const FORMS: Readonly<Record<string, Form>> = {
  'text/event-stream': 'frames',
  'application/x-ndjson': 'lines',
};
/** What keeps a stream alive whose readers take an empty frame for an answer that goes on. */
const COMMENT = ': keep-alive';

const PIECE_ENDS = { frames: '\n\n', lines: '\n' } as const;

/** Reads what a response says against the document: a body, or the frames or lines of a stream. */
export class Conformity {
  private constructor(
    private readonly name: string,
    private readonly form: Form,
    private readonly validate: ValidateFunction | null,
  ) {}

  /**
   * What the document says of a response; null where it has no say: of paths that are none, and of HEAD.
   * @throws Error for a status or a content type that it does not know
   */
  static of({ method, path, status, contentType, headers }: Exchange): Conformity | null {
    const route = findRoute(method, path);
    if (!route) return null;
    const type = contentType?.split(';')[0] ?? '';
    const form = FORMS[type] ?? 'whole';
    const name = `${route.name} → ${status} ${type}`;
    const names = [route.name, ...(ALSO[route.name] ?? [])];
    const found = names.flatMap((each) => documentedResponses(each, status, type));
    if (found.length === 0) {
      if (isSaidElsewhere(names, status)) return null;
      throw new Error(`The document does not know ${name}`);
    }
    if (form === 'frames' && contentType !== SSE_CONTENT_TYPE) throw new Error(`${name} has no charset`);
    if (headers) checkHeaders(name, headers, found);
    const schemas = found.flatMap(({ schema }) => (schema ? [pieceOf(schema, form)] : []));
    return new Conformity(name, form, schemas.length > 0 ? validatorOf(name, { anyOf: schemas }) : null);
  }

  /** @throws Error for a body that is not as the document says */
  checkBody(text: string): void {
    if (this.form !== 'whole') this.checkPieces(text);
    else if (this.validate) this.check(JSON.parse(text));
    else if (text !== '') throw new Error(`${this.name} has a body`);
  }

  /** Whether the body can be read piece by piece while it comes. */
  get streams(): boolean {
    return this.form !== 'whole';
  }

  /** Checks the complete pieces of a text. @returns what follows them: the beginning of a piece, or what was cut off */
  checkPieces(text: string): string {
    const pieces = text.split(this.form === 'lines' ? PIECE_ENDS.lines : PIECE_ENDS.frames);
    const rest = pieces.pop() ?? '';
    for (const piece of pieces)
      if (piece !== COMMENT) this.check(this.form === 'lines' ? JSON.parse(piece) : this.readFrame(piece));
    return rest;
  }

  private readFrame(frame: string): unknown {
    const data = frame.split('\n').find((line) => line.startsWith('data: '));
    if (data === undefined) throw new Error(`${this.name} has a frame without data: ${frame}`);
    const value = data.slice('data: '.length);
    if (value === '[DONE]') return value;
    // As callers of variant B may ask for it.
    const isBase64 = /^[\w+/]+={0,2}$/.test(value);
    return JSON.parse(isBase64 ? Buffer.from(value, 'base64').toString('utf8') : value);
  }

  private check(value: unknown): void {
    if (this.validate?.(value) !== false) return;
    const [error] = this.validate.errors ?? [];
    const shown = JSON.stringify(value).slice(0, 300);
    throw new Error(`${this.name} is not as documented: ${error?.instancePath} ${error?.message}: ${shown}`);
  }
}

/** The same response; reading its body fails where it is not as documented. */
export function conforming(exchange: Exchange, response: Response): Response {
  const conformity = Conformity.of({ ...exchange, headers: response.headers });
  if (!conformity || !response.body) return response;
  const { status, statusText, headers } = response;
  return new Response(observed(response.body, conformity), { status, statusText, headers });
}

/** The same body. Not `pipeThrough`: a pipe that waits for its reader does not hear of an abort. */
function observed(body: ReadableStream<Uint8Array>, conformity: Conformity): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        reader.closed.catch((error: unknown) => controller.error(error));
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        text += decoder.decode(value, { stream: !done });
        if (conformity.streams) text = conformity.checkPieces(text);
        else if (done) conformity.checkBody(text);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** What each line of a body is. */
function pieceOf(schema: Schema, form: Form): Schema {
  return form === 'lines' ? (schema['contentSchema'] as Schema) : schema;
}

/** A client may be set to get variant A's JSON answer as a frame: only the description of the operation says so. */
function documentedResponses(name: string, status: number, type: string): Documented[] {
  const types = name === 'POST /chat' && FORMS[type] === 'frames' ? [type, 'application/json'] : [type];
  return types.flatMap((each) => documentedResponse(routeNamed(name).operation, status, each) ?? []);
}

/** Null: the response is not documented. */
function documentedResponse({ responses }: Operation, status: number, type: string): Documented | null {
  const response = responses[status];
  if (!response || !('description' in response)) return null;
  const headers = Object.keys(response.headers ?? {});
  if (!response.content) return type === '' ? { headers } : null;
  const schema = response.content[type]?.schema;
  return schema ? { schema: schema as unknown as Schema, headers } : null;
}

/** @throws Error when a required header is missing, or when a header comes that the document names only elsewhere */
function checkHeaders(name: string, headers: Headers, found: readonly Documented[]): void {
  for (const [header, { required }] of HEADERS) {
    const isThere = headers.has(header);
    const saying = found.filter((documented) => documented.headers.includes(header));
    if (isThere && saying.length === 0) throw new Error(`${name} has ${header}, which is not documented`);
    if (!isThere && required && saying.length === found.length) throw new Error(`${name} has no ${header}`);
  }
}

function isSaidElsewhere(names: readonly string[], status: number): boolean {
  if (BEFORE_THE_ROUTE.includes(status)) return true;
  const isStream = names.some((name) => documentedResponses(name, 200, 'text/event-stream').length > 0);
  return status === NOTHING_NEW && isStream;
}

function findRoute(method: string, path: string): Route | undefined {
  const [bare = ''] = path.split('?');
  return ROUTES.find((route) => route.name.startsWith(`${method} `) && route.pattern.test(bare));
}

function routeNamed(name: string): Route {
  return ROUTES.find((route) => route.name === name)!;
}

/** Those without parameters first: `/v1/models/{model}` is also the pattern of others. */
function routesOf({ paths }: OpenAPIObject): Route[] {
  const sorted = Object.entries(paths).sort(
    ([left], [right]) => left.split('{').length - right.split('{').length,
  );
  return sorted.flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
      return operation ? [{ name: `${method.toUpperCase()} ${path}`, pattern, operation }] : [];
    }),
  );
}

function validatorOf(name: string, schema: Schema): ValidateFunction {
  const known = validators.get(name);
  if (known) return known;
  const validator = compileSchema(schema);
  validators.set(name, validator);
  return validator;
}
