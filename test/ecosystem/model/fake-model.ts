import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type ChatBody, MODEL, type Reply, replyTo } from './conversation.js';
import { chunksOf, completionOf, speakSlowly, stream } from './speaking.js';

const BEGUN = { kind: 'text', text: 'begun ' } as const;

/** Numbers in an embedding where the caller does not ask for another size. */
const DIMENSIONS = 8;

/** A request that the model got, with the end of its connection. */
export interface Heard {
  /** What is between `#` in the question: which client asked, and for what. */
  readonly tag: string | undefined;
  readonly body: ChatBody;
  readonly reply: Reply;
  /** When the other side closed the connection before the answer was complete, by `performance.now()`. */
  abortedAt?: number;
}

/** An OpenAI-compatible server whose model can call tools, see images and fail, as the question says. */
export class FakeModel {
  readonly heard: Heard[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) sendError(response, 500, String(error));
        else response.destroy();
      });
    });
  }

  static async start(): Promise<FakeModel> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeModel(server);
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** @returns a URL to which the rest of a tag is added: it answers whether a request with that tag has come */
  begunUrl(beginOfTag: string): string {
    return this.baseUrl.replace('/v1', `/begun/${beginOfTag}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url?.split('?')[0]}`;
    if (route === 'GET /v1/models') return sendJson(response, 200, modelList());
    if (route === 'POST /v1/embeddings') return sendJson(response, 200, embeddingsOf(await json(request)));
    if (route.startsWith('GET /begun/')) return sendJson(response, 200, this.hasBegun(route.slice(11)));
    if (route !== 'POST /v1/chat/completions')
      return sendError(response, 404, `The fake model server has no ${route}`);
    const body = (await json(request)) as ChatBody;
    const heard: Heard = { tag: tagOf(body), body, reply: replyTo(body) };
    this.heard.push(heard);
    response.once('close', () => {
      if (!response.writableFinished) heard.abortedAt = performance.now();
    });
    await say(heard, response);
  }

  private hasBegun(path: string): boolean {
    return this.heard.some(({ tag }) => tag === path.replace('/', '.'));
  }
}

async function say({ reply, body }: Heard, response: ServerResponse): Promise<void> {
  if (reply.kind === 'failure') return sendError(response, reply.status, `Failed with ${reply.status}`);
  if (reply.kind === 'slow') return speakSlowly(response, body.stream === true);
  if (reply.kind === 'cut') return stream(response, chunksOf(BEGUN, false).slice(0, 2), true);
  if (body.stream !== true) return sendJson(response, 200, completionOf(reply));
  return stream(response, chunksOf(reply, body.stream_options?.include_usage === true));
}

function tagOf(body: ChatBody): string | undefined {
  return Array.from(JSON.stringify(body.messages).matchAll(/#([\w.-]+)#/g), ([, tag]) => tag).at(-1);
}

function modelList(): object {
  return { object: 'list', data: [{ id: MODEL, object: 'model', created: 0, owned_by: 'test' }] };
}

function embeddingsOf(body: unknown): object {
  const {
    input,
    dimensions = DIMENSIONS,
    encoding_format,
  } = body as Record<string, never> & {
    readonly input: unknown;
    readonly dimensions?: number;
  };
  const inputs = Array.isArray(input) ? input : [input];
  const numbers = Float32Array.from({ length: dimensions }, (_, index) => (index + 1) / 8);
  const embedding =
    encoding_format === 'base64' ? Buffer.from(numbers.buffer).toString('base64') : Array.from(numbers);
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding }));
  return { object: 'list', model: MODEL, data, usage: { prompt_tokens: 3, total_tokens: 3 } };
}

function sendJson(response: ServerResponse, status: number, body: object | boolean): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  const [type, code] =
    status === 429 ? ['rate_limit_error', 'rate_limit_exceeded'] : ['invalid_request_error', null];
  if (status === 429) response.setHeader('retry-after', '1');
  sendJson(response, status, { error: { message, type, param: null, code } });
}
