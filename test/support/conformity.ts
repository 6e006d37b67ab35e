import type { OpenAPIObject } from '@nestjs/swagger';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileSchema, DOCUMENT, type Schema } from './document-schemas.js';

/** What was sent and what came back, as far as the document has a say in it. */
export interface Exchange {
  readonly method: string;
  /** With or without a query string. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null | undefined;
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
};

/** What the server answers before it knows the route, or on behalf of all of them. */
const BEFORE_THE_ROUTE = [400, 401, 404, 405, 408, 413, 415];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const ROUTES = routesOf(DOCUMENT);
const validators = new Map<string, ValidateFunction>();

/** Reads what a response says against the document: the body of each, and the frames of a stream. */
export class Conformity {
  private constructor(
    private readonly name: string,
    private readonly isStream: boolean,
    private readonly validate: ValidateFunction | null,
  ) {}

  /**
   * What the document says of a response; null where it has no say: of paths that are none, and of HEAD.
   * @throws Error for a status or a content type that it does not know
   */
  static of({ method, path, status, contentType }: Exchange): Conformity | null {
    const route = findRoute(method, path);
    if (!route) return null;
    const type = contentType?.split(';')[0] ?? '';
    const name = `${route.name} → ${status} ${type}`;
    const candidates = [route.name, ...(ALSO[route.name] ?? [])].map((each) => routeNamed(each).operation);
    const [found] = candidates.flatMap((operation) => documentedBody(operation, status, type) ?? []);
    if (!found) {
      if (BEFORE_THE_ROUTE.includes(status)) return null;
      throw new Error(`The document does not know ${name}`);
    }
    const validate = found.schema ? validatorOf(name, found.schema) : null;
    return new Conformity(name, type === 'text/event-stream', validate);
  }

  /** @throws Error for a body that is not as the document says */
  checkBody(text: string): void {
    if (this.isStream) {
      // What follows the last blank line was cut off.
      for (const frame of text.split('\n\n').slice(0, -1)) this.checkFrame(frame);
    } else if (this.validate) this.check(JSON.parse(text));
    else if (text !== '') throw new Error(`${this.name} has a body`);
  }

  /** Whether the body can be read line by line while it comes. */
  get streams(): boolean {
    return this.isStream;
  }

  checkFrame(frame: string): void {
    const data = frame.split('\n').find((line) => line.startsWith('data: '));
    if (data === undefined) throw new Error(`${this.name} has a frame without data: ${frame}`);
    const value = data.slice('data: '.length);
    this.check(value === '[DONE]' ? value : JSON.parse(value));
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
  const conformity = Conformity.of(exchange);
  if (!conformity || !response.body) return response;
  const decoder = new TextDecoder();
  let text = '';
  const observer = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      text += decoder.decode(bytes, { stream: true });
      if (conformity.streams) {
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames) conformity.checkFrame(frame);
      }
      controller.enqueue(bytes);
    },
    flush() {
      if (!conformity.streams) conformity.checkBody(text + decoder.decode());
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(observer), { status, statusText, headers });
}

/** The schema of a response's body; no schema: it has no body. Null: the response is not documented. */
function documentedBody({ responses }: Operation, status: number, type: string): { schema?: Schema } | null {
  const response = responses[status];
  if (!response || !('description' in response)) return null;
  if (!response.content) return type === '' ? {} : null;
  const schema = response.content[type]?.schema;
  return schema ? { schema: schema as unknown as Schema } : null;
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
