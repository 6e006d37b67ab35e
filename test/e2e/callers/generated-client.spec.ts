import { type GeneratedClient, GeneratedClientFolder } from '../../support/callers/generated-client.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

class Refused extends Error {
  constructor(readonly problem: object) {
    super('Refused');
  }
}

/** Compiles only when the streams are typed generators of frames, and errors are problems. */
const PROGRAM = `
import { chat, chatStream, type ErrorCode, exportSft, followTurn, listFeedback, qaChat, stopTurn } from './client/index.js';
import type { DpoRow, DpoTrlRow, EvalCase, SftRow, SftTrlRow } from './client/index.js';

const { data, error } = await chat({ body: { query: 'q' } });
export const text: string | undefined = data?.text;
export const code: ErrorCode | undefined = error?.code;

const conversation = await chatStream({ body: { query: 'q' }, headers: { 'Idempotency-Key': 'k' } });
for await (const frame of conversation.stream) {
  const delta: string = frame.text;
  if ('error' in frame) throw new Error(delta + frame.error.code + frame.msg);
}

const qa = await qaChat({ body: { question: 'q', uid: 'u' } });
for await (const frame of qa.stream) {
  if (frame === '[DONE]') continue;
  if ('sourceDocs' in frame) frame.sourceDocs.map(({ metadata }) => metadata.source.length);
  else if ('action' in frame) frame.action satisfies 'RETRYING' | 'BREAK';
  else if ('error' in frame) frame.error.retryable satisfies boolean;
  else frame.data satisfies string;
}

const { stream } = await followTurn({ path: { chat_id: 'id' }, headers: { 'Last-Event-ID': 'id:1' } });
for await (const frame of stream) if (frame !== '[DONE]' && 'usage' in frame) frame.usage.output_tokens satisfies number;

const stopped = await stopTurn({ path: { chat_id: 'id' } });
stopped.data?.characters satisfies number | undefined;

const listed = await listFeedback({ query: { min_stars: 4, since: '2026-11-20T08:30:00Z', uid: 'u' } });
listed.data?.feedback.map(({ question, answer, stars }) => question + answer + stars);
const exported = await exportSft({ query: { format: 'trl', prompt: 'plain', good_stars: 5, history_len: 0 } });
const file: Blob | File | undefined = exported.data;
for (const line of (await file!.text()).split('\\n')) (JSON.parse(line) as SftRow).messages.length;
export type Rows = DpoRow['preferred_output'] | DpoTrlRow['chosen'] | EvalCase['sources'] | SftTrlRow['completion'];

// @ts-expect-error What is not in the document is in no type.
stopped.data?.nothing;
// @ts-expect-error The same of a frame.
for await (const frame of qa.stream) frame.nothing;
`;

/** Real: the complete service, and a client made of its document by a generator, unmodified. Stand-in: the model. */
describe('A client that is generated from openapi.json', () => {
  let model: ModelServer;
  let service: TestService;
  let folder: GeneratedClientFolder;
  let client: GeneratedClient;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
    folder = await GeneratedClientFolder.generate();
    client = await folder.load();
  });
  afterAll(async () => {
    folder.remove();
    await stopServiceWithModel({ model, service });
  });

  const to = () => ({ baseUrl: service.url, auth: service.key });

  async function readAll(stream: AsyncGenerator<Frame | '[DONE]'>): Promise<(Frame | '[DONE]')[]> {
    const frames: (Frame | '[DONE]')[] = [];
    for await (const frame of stream) frames.push(frame);
    return frames;
  }

  it('has types for every frame and every problem', async () => {
    expect(await folder.check(PROGRAM)).toBe('');
  });

  it('asks variant A for JSON, and sends feedback on the answer', async () => {
    model.next(answer('An answer.'));
    const { data } = await client.chat({ ...to(), body: { query: 'q', user_id: 'u1' } });
    expect(data).toMatchObject({ text: 'An answer.', finish_reason: 'stop' });
    const { message_id: id = '' } = data as Frame;
    const feedback = { chat_id: id, uid: 'u1', stars: 4 };
    const sent = await client.sendFeedback({ ...to(), body: feedback });
    expect(sent.data).toMatchObject(feedback);
    const receipt = await client.getReceipt({ ...to(), path: { chat_id: id } });
    expect(receipt.data).toMatchObject({ text: 'An answer.', feedback: [{ stars: 4 }] });
  });

  it('lists feedback, reads an export as a file, and withdraws', async () => {
    model.next(answer('bad'));
    const { data } = await client.chat({ ...to(), body: { query: 'rated?', user_id: 'u2' } });
    const chat_id = (data as Frame).message_id!;
    const better_answer = 'better';
    await client.sendFeedback({ ...to(), body: { chat_id, uid: 'u2', stars: 1, better_answer } });
    const listed = await client.listFeedback({ ...to(), query: { uid: 'u2', max_stars: 1, limit: 5 } });
    expect(listed.data).toMatchObject({ feedback: [{ chat_id, question: 'rated?', answer: 'bad' }] });
    const query = { format: 'trl', prompt: 'plain', max_stars: 1 };
    const exported = await client.exportDpo({ ...to(), query });
    expect(exported.data).toBeInstanceOf(Blob);
    expect(JSON.parse(await (exported.data as Blob).text())).toMatchObject({
      chosen: [{ content: 'better' }],
    });
    const refused = await client.exportSft({ ...to(), query: { good_stars: 6 } });
    expect(refused.error).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '?good_stars' }] });
    const withdrawn = await client.withdrawFeedback({ ...to(), path: { chat_id }, query: { uid: 'u2' } });
    expect(withdrawn.response.status).toBe(204);
  });

  it('reads the streams of both variants, and a turn again by its id', async () => {
    model.next(answer(['An ', 'answer.']), answer(['An ', 'answer.']));
    const conversation = await readAll((await client.chatStream({ ...to(), body: { query: 'q' } })).stream);
    expect(conversation.map((frame) => (frame as Frame).text)).toEqual(['', 'An ', 'answer.', '']);
    const qa = await readAll((await client.qaChat({ ...to(), body: { question: 'q', uid: UID } })).stream);
    expect(qa.at(-1)).toBe('[DONE]');
    const frames = qa.slice(0, -1) as Frame[];
    expect(foldFrames(frames)).toBe('An answer.');
    const path = { chat_id: frames[0]!.chat_id! };
    const again = await readAll((await client.followTurn({ ...to(), path })).stream);
    expect(foldFrames(again.slice(0, -1) as Frame[])).toBe('An answer.');
    // Deltas that are caught up with may come as one.
    expect([again[0], again.slice(-2)]).toEqual([qa[0], qa.slice(-2)]);
  });

  it('stops an answer', async () => {
    model.next(hold(['half an ']));
    const { stream } = await client.chatStream({ ...to(), body: { query: 'q' } });
    const started = (await stream.next()).value as Frame;
    await stream.next();
    const stopped = await client.stopTurn({ ...to(), path: { chat_id: started.message_id! } });
    expect(stopped.data).toMatchObject({ status: 'cancelled', characters: 8 });
    expect(await readAll(stream)).toEqual([
      expect.objectContaining({ text: '', finish_reason: 'cancelled' }) as Frame,
    ]);
  });

  it('gets problems as data where it asks for JSON', async () => {
    const refused = await client.chat({ ...to(), body: { query: 'q', model_name: 'nope' } });
    expect(refused.response.status).toBe(400);
    expect(refused.error).toMatchObject({ code: 'model_not_supported', supported: ['test-model'] });
    const unknown = await client.getReceipt({ ...to(), auth: 'no-key', path: { chat_id: UID } });
    expect(unknown.error).toMatchObject({ code: 'unauthorized', retryable: false });
  });

  describe('asks a stream for what is refused', () => {
    const question = { body: { query: 'q', model_name: 'nope' }, sseDefaultRetryDelay: 1 };

    it('again and again, up to the number of attempts that it was given', async () => {
      const errors: string[] = [];
      const { stream } = await client.chatStream({
        ...to(),
        ...question,
        sseMaxRetryAttempts: 3,
        onSseError: (error) => errors.push(String(error)),
      });
      expect(await readAll(stream)).toEqual([]);
      expect(errors).toEqual(Array<string>(3).fill('Error: SSE failed: 400 Bad Request'));
    });

    it('once, when its fetch throws the problem and onSseError throws it on', async () => {
      let requestCount = 0;
      const { stream } = await client.chatStream({
        ...to(),
        ...question,
        onSseError: (error) => {
          if (error instanceof Refused) throw error;
        },
        fetch: async (request) => {
          requestCount++;
          const response = await fetch(request);
          const problem = (await response.clone().json()) as { retryable: boolean };
          if (!problem.retryable) throw new Refused(problem);
          return response;
        },
      });
      await expect(readAll(stream)).rejects.toMatchObject({ problem: { code: 'model_not_supported' } });
      expect(requestCount).toBe(1);
    });
  });
});
