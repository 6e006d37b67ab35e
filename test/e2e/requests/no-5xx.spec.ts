import fc from 'fast-check';
import { anyOtherRequest, anyRequest, type KnownIds } from '../../support/requests/any-request.js';
import { type Operation, readOperations } from '../../support/requests/api-document.js';
import {
  KeptConnection,
  type KeptRequest,
  type KeptResponse,
} from '../../support/callers/kept-connection.js';
import { vectorsBeside } from '../../support/model/embedding-answers.js';
import { answer } from '../../support/model/model-server.answers.js';
import { ModelServer } from '../../support/model/model-server.js';
import { readError } from '../../support/requests/problem.js';
import { startService, type TestService } from '../../support/service/service.js';
import { UID } from '../../support/service/ways-to-ask.js';

/** The same requests in every run, unless NO_5XX_SEED names others: a number, or `random`. */
const SEED = process.env['NO_5XX_SEED'] ?? '20261120';
const seed = SEED === 'random' ? Date.now() : Number(SEED);

/** For each route 300 requests. They are sent ten at once, so that they also get in each other's way. */
const BATCHES = 15;
const BATCH_SIZE = 10;

/**
 * What any request may be answered, documented or not: about its key, its path when it leads elsewhere, and that there is
 * no more of a stream (a documented 204 would make generated clients give frames no type).
 */
const ALWAYS_POSSIBLE = [204, 401, 404, 405];

let model: ModelServer;
let service: TestService;
let operations: readonly Operation[];
let connections: KeptConnection;
let known: KnownIds;

beforeAll(async () => {
  model = await ModelServer.start();
  model.always(vectorsBeside(answer(['an ', 'answer'])));
  service = await startService({
    environment: {
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      EMBEDDING_BASE_URL: model.baseUrl,
      EMBEDDING_MODEL: 'test-model',
      LLM_MAX_RETRIES: '0',
      TRUST_PROXY: 'loopback',
      CONVERSATION_WAIT_MS: '100',
    },
  });
  operations = readOperations();
  connections = new KeptConnection(service.url, BATCH_SIZE);
  const document = { title: 'Penguins', source: 'p.md', content: 'Emperor penguins.' };
  const { id } = (await (await service.post('/api/documents', document)).json()) as { id: string };
  const turn = (await (await service.post('/chat', { query: 'q' })).json()) as { message_id: string };
  await service.post('/api/feedback', { chat_id: turn.message_id, uid: UID, stars: 5, better_answer: 'b' });
  const names = ['default', 'qa', 'llm_chat', '%E7%BF%BB%E8%AF%91'];
  known = {
    id: [id],
    chat_id: [turn.message_id],
    name: names,
    label: ['production', 'beta'],
    prompt_name: ['default', 'qa@1', 'qa@latest', 'qa@beta', 'llm_chat', ''],
    model_name: ['test-model'],
    response_format: [{ type: 'text' }],
    metadata: [{ conversation_id: 'c' }, {}],
    stop: [['x'], 'y'],
    model: ['test-model'],
    messages: [
      [{ role: 'user', content: 'q' }],
      [
        { role: 'system', content: 's' },
        { role: 'user', content: 'q' },
      ],
    ],
    input: ['q', [{ role: 'user', content: [{ type: 'input_text', text: 'q' }] }]],
    dimensions: [4],
    // Of two APIs, with tools in two forms.
    tools: [[]],
    tool_choice: ['auto', 'none'],
    text: [{ format: { type: 'text' } }, { verbosity: 'low' }],
    conversation: ['c', { id: 'c' }],
    conversation_id: ['c'],
    uid: [UID, UID.toUpperCase()],
    min_stars: ['1', '5'],
    max_stars: ['1', '5'],
    prompt_version: ['1', '2147483647'],
    since: ['2026-11-20T08:30:00Z', '0001-01-01T00:00:00%2B14:00', '9999-12-31T23:59:59-14:00'],
    until: ['2126-11-20T08:30:00Z', '0000-01-01T00:00:00Z'],
    'last-event-id': [0, 1, 2, 99, 2 ** 60].map((seq) => `${turn.message_id}:${seq}`),
  };
});

afterAll(async () => {
  connections.close();
  await service.stop();
  await model.stop();
});

/** What there is for an operation: those before it may have deleted it. */
async function refill({ pathParameters }: Operation): Promise<KnownIds> {
  await service.post('/chat', { query: 'q', conversation_id: 'c' });
  const saved = await service.request('PUT', '/api/prompts/default', { body: { template: '{{question}}' } });
  const { version } = (await saved.json()) as { version: number };
  const { id } = (await (await service.post('/v1/responses', { input: 'q' })).json()) as { id: string };
  return {
    ...known,
    version: [version],
    response_id: [id],
    ...(pathParameters.includes('label') && { name: ['default'] }),
  };
}

/** What is wrong with an answer; null: nothing. */
function describeFault(response: KeptResponse, statuses: readonly number[]): string | null {
  const { status, headers, text } = response;
  if (status >= 500) return `status ${status}: ${text}`;
  // What `If-None-Match: *` asks for (RFC 9110, section 13.1.2).
  if (status === 304 && text === '') return null;
  // What is no HTTP reaches no route.
  const isUnreadable = status === 400 && headers.connection === 'close';
  const possible = [...statuses, ...ALWAYS_POSSIBLE];
  if (!possible.includes(status) && !isUnreadable) return `status ${status}: ${text}`;
  return describeBodyFault(response);
}

function describeBodyFault({ status, headers, text }: KeptResponse): string | null {
  const contentType = headers['content-type'];
  if (status >= 400) return readError({ status, contentType, text }).fault;
  if (contentType?.startsWith('application/json')) return JSON.parse(text) === undefined ? 'no JSON' : null;
  if (contentType?.startsWith('text/event-stream')) return describeStreamFault(text);
  if (contentType === 'application/x-ndjson') return describeLinesFault(text);
  return status === 204 && text === '' ? null : `content type ${contentType}`;
}

function describeLinesFault(text: string): string | null {
  const lines = text.split('\n');
  if (lines.pop() !== '') return 'the last line has no end';
  return lines.every((line) => typeof JSON.parse(line) === 'object') ? null : 'a line is no row';
}

/** A complete stream, without a failure of ours. */
function describeStreamFault(text: string): string | null {
  const frames = text.split('\n\n').filter((frame) => frame !== '' && !frame.endsWith('data: [DONE]'));
  // Chunks may be followed by a chunk that has only the usage.
  const last = frames.findLast((frame) => !frame.includes('"choices":[]')) ?? '';
  const isEnd = /"finish_reason":"\w+"|"type":"response.(?:completed|incomplete)"/.test(last);
  return isEnd ? null : `the stream ends with ${last}`;
}

let sent = 0;

/** Each comes from another address: wrong keys from one and the same are answered more and more slowly. */
function sendFromElsewhere(request: KeptRequest): Promise<KeptResponse> {
  const address = `10.${(++sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`;
  return connections.send({ ...request, headers: { ...request.headers, 'x-forwarded-for': address } });
}

async function expectNoFaults(
  requests: fc.Arbitrary<KeptRequest>,
  fault: (response: KeptResponse) => string | null,
) {
  const batches = fc.array(requests, { minLength: BATCH_SIZE, maxLength: BATCH_SIZE });
  const property = fc.asyncProperty(batches, async (batch) => {
    const responses = await Promise.all(batch.map(sendFromElsewhere));
    const faults = responses.flatMap((response, index) => {
      const found = fault(response);
      return found === null ? [] : [{ found, request: batch[index] }];
    });
    expect(faults).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns: BATCHES });
}

describe(`No request brings forth a 5xx (seed ${seed})`, () => {
  it('on any documented route, and errors are problems with documented statuses', async () => {
    expect(operations.length).toBeGreaterThanOrEqual(18);
    for (const operation of operations) {
      const filled = await refill(operation);
      let taken = 0;
      await expectNoFaults(anyRequest(operation, service.key, filled), (response) => {
        if (response.status < 300) taken++;
        return describeFault(response, operation.statuses);
      });
      // Requests that are all refused at the door would try nothing. What is deleted cannot be deleted again.
      const isTried = taken >= BATCHES / 3 || operation.method === 'DELETE';
      expect({ route: operation.route, isTried }).toEqual({ route: operation.route, isTried: true });
    }
  }, 120_000);

  it('at any other address, or with any other method', async () => {
    await expectNoFaults(anyOtherRequest(operations, service.key), ({ status, headers, text }) => {
      if (status >= 500) return `status ${status}: ${text}`;
      if (status < 400 || text === '') return null;
      return readError({ status, contentType: headers['content-type'], text }).fault;
    });
  });

  it('and the service is well afterwards', async () => {
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
    expect((await service.post('/chat', { query: 'q' })).status).toBe(200);
  });
});
