import { DataSource } from 'typeorm';
import { TurnLeaseRepository } from '../../../src/chat/turn/turn-lease.repository.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { type Frame, type OpenStream, readSse } from '../../support/service/sse.js';
import { UID } from '../../support/service/ways-to-ask.js';

interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

const QUESTION = 'How large was the prompt?';

/** Each way with its instructions, passages and history, all of which count. */
const ROUTES: [string, (id: string) => [string, object]][] = [
  ['/chat/stream', (id) => ['/chat/stream', { query: QUESTION, conversation_id: id, prompt_name: 'long' }]],
  [
    '/api/chat',
    () => [
      '/api/chat',
      { question: QUESTION, uid: UID, history: [['Earlier?', 'A long time ago. '.repeat(20)]] },
    ],
  ],
  [
    '/v1/chat/completions',
    () => [
      '/v1/chat/completions',
      {
        stream: true,
        messages: [
          { role: 'system', content: 'Answer at length. '.repeat(30) },
          { role: 'user', content: QUESTION },
        ],
      },
    ],
  ],
];

/** Real: the complete service, its database, HTTP. Stand-in: a model server that does not count. */
let model: ModelServer;
let service: TestService;
let count = 0;

beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({
    DISCONNECT_GRACE_MS: '50',
    LLM_MAX_RETRIES: '0',
    // An owner hears at a third of it that its turn was ended by another.
    TURN_LEASE_MS: '1500',
  }));
  await service.request('PUT', '/api/prompts/long', { body: { template: 'Answer at length. '.repeat(30) } });
});
afterAll(() => stopServiceWithModel({ model, service }));

describe.each(ROUTES)('The usage of a turn of %s counts its complete prompt', (_, bodyOf) => {
  let expected: Usage;

  beforeAll(async () => {
    const { stream, id } = await ask(answer(['half ', 'of it'], { usage: null }));
    await stream.rest();
    expected = { ...(await usageOf(id)), output_tokens: 2 };
    expect(expected.input_tokens).toBeGreaterThan(80);
  });

  /** Asks in a conversation that has one round already. */
  async function ask(behaviour: ReturnType<typeof answer>): Promise<{ stream: OpenStream; id: string }> {
    const conversation = `c${++count}`;
    const [path, body] = bodyOf(conversation);
    if (path === '/chat/stream') {
      model.next(answer('Said before. '.repeat(10)));
      await service.post('/chat', { query: 'Before?', conversation_id: conversation, stream: false });
    }
    model.next(behaviour);
    const stream = readSse(await service.post(path, body, { signal: leaving.signal }));
    const frame = JSON.parse((await stream.next())!.data) as Frame & { id?: string };
    return { stream, id: (frame.message_id ?? frame.chat_id ?? frame.id)! };
  }
  let leaving = new AbortController();

  interface Receipt {
    readonly status: string;
    readonly text: string;
    readonly usage?: Usage;
  }
  const receiptOf = async (id: string) =>
    (await (await service.request('GET', `/api/chat/${id}`)).json()) as Receipt;
  const usageOf = async (id: string): Promise<Usage> => (await receiptOf(id)).usage!;

  async function firstText({ stream }: { stream: OpenStream }): Promise<void> {
    for (let event = await stream.next(); !event!.data.includes('half ');) event = await stream.next();
  }

  async function ended(id: string): Promise<Receipt> {
    for (;;) {
      const receipt = await receiptOf(id);
      if (receipt.status !== 'running') return receipt;
    }
  }

  /** Connections of /v1 are cut behind the frame of a failure. */
  const untilCut = (stream: OpenStream) => stream.rest().catch(() => []);

  it('when it was stopped, in its frame, its receipt and the answer to the stop', async () => {
    const asked = await ask(hold(['half ']));
    await firstText(asked);
    const stopped = await (await service.post(`/api/chat/${asked.id}/stop`, undefined)).json();
    expect(stopped).toMatchObject({ status: 'cancelled', usage: expected });
    expect((await ended(asked.id)).usage).toEqual(expected);
    const frames = (await asked.stream.rest()).map(({ data }) => data).join('\n');
    if (frames.includes('"usage"')) expect(frames).toContain(`"input_tokens":${expected.input_tokens}`);
  });

  it('when its reader left and its grace was over', async () => {
    leaving = new AbortController();
    const asked = await ask(hold(['half ']));
    await firstText(asked);
    leaving.abort();
    leaving = new AbortController();
    expect(await ended(asked.id)).toMatchObject({ status: 'cancelled', usage: expected });
  });

  it('when the model failed in its middle', async () => {
    const asked = await ask(endAfter(['half ']));
    await untilCut(asked.stream);
    expect(await ended(asked.id)).toMatchObject({ status: 'failed', text: 'half ', usage: expected });
  });

  it('when its owner died', async () => {
    const asked = await ask(hold(['half ']));
    await firstText(asked);
    const database = service.app.get(DataSource);
    const logged = () =>
      database.query<unknown[]>(`SELECT 1 FROM turn_log WHERE turn_id = $1 AND events LIKE '%half %'`, [
        asked.id,
      ]);
    while ((await logged()).length === 0);
    await service.app.get(TurnLeaseRepository).failAbandoned(asked.id, { whatever: true });
    expect(await ended(asked.id)).toMatchObject({ status: 'failed', text: 'half ', usage: expected });
    for (const id of service.runningTurns()) await service.post(`/api/chat/${id}/stop`, undefined);
    await untilCut(asked.stream);
  });
});
