import { isUtf8 } from 'node:buffer';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AppError, invalidField } from '../../errors/app-error.js';
import { connectionEnded, encodingOf, inflateBody, readBody, tooLarge } from './body-reader.js';
import { parseWithExactIds } from './exact-ids.js';
import { FairTurns } from './fair-turns.js';
import { toPointer } from '../field-pointer.js';
import { measureJson } from './json-shape.js';
import type { HeldMemory, RequestMemory } from './request-memory.js';

/** Deeper bodies overflow the stack of what validates them. */
const MAX_DEPTH = 64;

/**
 * More block the process for 0.25 s, be the body as large as it may: 20,000 objects with names of their own in the messages of a
 * chat. A chat of 2,000 messages with calls of tools, and 200 tools, has 11,000 objects and 50,000 values.
 */
const MAX_OBJECTS = 20_000;
const MAX_VALUES = 100_000;
/** Token ids: as many as the OpenAI API takes in a request. */
const MAX_NUMBERS = 300_000;

/** Shorter bodies are parsed at once. */
const MIN_TURN_BYTES = 32_768;

const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Stops an answer, and takes no body: what some clients send in place of none, such as `null`, must not keep it from that. */
const PATH_WITHOUT_BODY = /^\/api\/chat\/[^/]+\/stop\/?$/i;

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;
const BYTE_ORDER_MARK = '\uFEFF';

export interface JsonBodyOptions {
  /** The largest body, as sent and inflated. */
  readonly limitBytes: number;
  readonly memory: RequestMemory;
  /** Whether the route of a path takes a number for an id: none of its digits may be lost. */
  readonly takesNumbersAsIds: (path: string) => boolean;
  /** Whose request it is, by its headers; null: of a caller without a valid key. Must not reject. */
  readonly clientOf: (request: Request) => Promise<string | null>;
}

/**
 * Reads JSON bodies, and leaves nothing but plain, shallow objects to the routes. Without a valid key nothing is read,
 * inflated or parsed: the guard refuses such a request by its headers alone.
 */
export function jsonBody(options: JsonBodyOptions): RequestHandler {
  const turns = new FairTurns();
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (takesBody(request) && hasBody(request)) {
      const client = await options.clientOf(request);
      if (client !== null) {
        const body = new IncomingBody(request, response, options);
        request.body = await body.read(client, turns);
      }
    }
    next();
  };
}

class IncomingBody {
  constructor(
    private readonly request: Request,
    private readonly response: Response,
    private readonly options: JsonBodyOptions,
  ) {}

  async read(client: string, turns: FairTurns): Promise<object | undefined> {
    const { limitBytes, memory, takesNumbersAsIds } = this.options;
    const isTyped = isJson(this.request);
    if (!isTyped && !isChunked(this.request)) throw unsupportedMediaType();
    const encoding = encodingOf(this.request);
    if (declaredBytes(this.request) > limitBytes) throw tooLarge(limitBytes);
    // Its `close` has been and will not come again: what it would hold would be held for ever.
    if (this.request.socket.destroyed) throw connectionEnded();
    const held = memory.hold(client, this.mostBytes(encoding !== null));
    this.response.once('close', held.release);
    if (isAskingToContinue(this.request)) this.letContinue();
    // Proxies send an empty body in chunks for a request that has none: that needs no type.
    if (!isTyped) {
      await readBody(this.request, 0).catch((error: AppError) => {
        throw error.code === 'payload_too_large' ? unsupportedMediaType() : error;
      });
      return undefined;
    }
    const sent = await readBody(this.request, limitBytes);
    const parseJson = takesNumbersAsIds(this.request.path) ? parseWithExactIds : JSON.parse;
    const parse = async () => parseBody(await inflateBody(sent, encoding, limitBytes), held, parseJson);
    return sent.length < MIN_TURN_BYTES && encoding === null ? parse() : turns.run(client, parse);
  }

  private mostBytes(isCompressed: boolean): number {
    const isUnknown = isCompressed || isChunked(this.request);
    return isUnknown ? this.options.limitBytes : declaredBytes(this.request);
  }

  private letContinue(): void {
    this.response.removeHeader('Connection');
    this.response.writeContinue();
  }
}

/** Whether a request wants to hear from the service before it sends its body (RFC 9110, 10.1.1). */
function isAskingToContinue(request: Pick<Request, 'headers'>): boolean {
  return /\b100-continue\b/i.test(request.headers.expect ?? '');
}

function takesBody({ method, path }: Request): boolean {
  return METHODS_WITH_BODY.has(method) && !PATH_WITHOUT_BODY.test(path);
}

function hasBody(request: Request): boolean {
  return isChunked(request) || declaredBytes(request) > 0;
}

function declaredBytes(request: Request): number {
  return Number(request.headers['content-length'] ?? 0);
}

function isChunked(request: Request): boolean {
  return 'transfer-encoding' in request.headers;
}

/** JSON has no other character set than UTF-8 (RFC 8259, section 8.1). */
function isJson(request: Request): boolean {
  const [, charset = 'utf-8'] = CHARSET.exec(request.get('content-type') ?? '') ?? [];
  return request.is('application/json') !== false && /^utf-?8$/i.test(charset);
}

function unsupportedMediaType(): AppError {
  return new AppError(
    'unsupported_media_type',
    'Send the body as JSON in UTF-8, with Content-Type: application/json.',
  );
}

/** @param held the memory of the request, which from now on is what the parsed body takes */
function parseBody(
  bytes: Buffer,
  held: HeldMemory,
  parseJson: (json: string) => unknown,
): object | undefined {
  if (!isUtf8(bytes)) {
    // Decoded all the same, such bytes would be stored as U+FFFD, and the caller would not notice.
    throw new AppError('malformed_json', 'The body is not valid UTF-8.');
  }
  const { heapBytes, ...shape } = measureJson(bytes, MAX_DEPTH);
  if (shape.tooDeepIn !== null && shape.isBalanced) throw tooDeep(bytes, shape.tooDeepIn);
  if (shape.tooDeepIn !== null) throw new AppError('malformed_json', 'The body is not valid JSON.');
  if (shape.objects > MAX_OBJECTS || shape.values > MAX_VALUES || shape.numbers > MAX_NUMBERS) {
    throw new AppError(
      'payload_too_large',
      `The body has more than ${MAX_OBJECTS} objects, ${MAX_VALUES} values, or ${MAX_NUMBERS} numbers in lists.`,
    );
  }
  held.resize(heapBytes);
  const body = parse(bytes.toString('utf8'), parseJson);
  if (body === undefined) return undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw noObject();
  return body;
}

function parse(text: string, parseJson: (json: string) => unknown): unknown {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (json === '') return undefined;
  try {
    return parseJson(json);
  } catch (error) {
    throw describeSyntaxError(error);
  }
}

/** V8 says where, and quotes what it found there: only the place is repeated. */
function describeSyntaxError(error: unknown): AppError {
  const place = /\bposition (\d+)/.exec(String(error))?.[1];
  return new AppError(
    'malformed_json',
    `The body is not valid JSON${place === undefined ? '' : `: look at character ${place}`}.`,
  );
}

function noObject(): AppError {
  return invalidField('', 'must be a JSON object');
}

function tooDeep(bytes: Buffer, name: string): AppError {
  if (/^\s*\[/.test(bytes.toString('latin1', 0, 100))) return noObject();
  return invalidField(toPointer(name), `must not be nested more than ${MAX_DEPTH} levels deep`);
}
