import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { answer, answerOf } from '../../support/model/model-server.answers.js';
import { gate, script } from '../../support/model/model-server.exchange.js';
import { chunk } from '../../support/model/model-server.frames.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, end, event, head, role, think } from '../../support/model/model-server.steps.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import {
  foldFrames,
  foldReasoningFrames,
  type Frame,
  readFrames,
  readSse,
} from '../../support/service/sse.js';
import {
  ALL_WAYS,
  ask,
  askToSeeReasoning,
  readReceipt,
  type Told,
  UID,
} from '../../support/service/ways-to-ask.js';

const CALL = { index: 0, id: 'call_1', type: 'function', function: { name: 'search', arguments: '{"q":1}' } };

const brokenThought = (text: string) => script(head(), role(), think(text), end());

/** Real: the service, its database, HTTP both ways. Stand-in: a model that reasons, and that wants a tool called. */
describe('The reasoning of a model', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({
      BREAK_MIN_CHARS: '20',
      HEARTBEAT_INTERVAL_MS: '150',
    }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  /** The caller has what is stored, of the text and of the reasoning. */
  function expectStored(
    { text, reasoning, receipt }: Told,
    expected: { text: string; reasoning: string },
  ): void {
    expect({ text, reasoning }).toEqual(expected);
    expect(receipt).toMatchObject(expected);
  }

  it.each(ALL_WAYS)('is stored, and shown to a caller that asks for it: %s', async (way) => {
    model.next(answerOf(think('Let me '), think('think.'), delta('Hi'), delta(' there')));
    expectStored(await askToSeeReasoning(service, way), { text: 'Hi there', reasoning: 'Let me think.' });
  });

  it.each(ALL_WAYS)('is stored, and not shown to another caller: %s', async (way) => {
    model.next(answerOf(think('Let me think.'), event(chunk({ tool_calls: [CALL] })), delta('Hi')));
    const { text, reasoning, receipt, frames } = await ask(service, way);
    expect(text).toBe('Hi');
    expect(receipt).toMatchObject({ text: 'Hi', reasoning: 'Let me think.' });
    const isAlwaysShown = way === 'openai' || way === 'openai-json';
    expect(reasoning).toBe(isAlwaysShown ? 'Let me think.' : '');
    // Callers of /v1 keep their dialogue, calls included; for others there are none.
    if (isAlwaysShown) expect(JSON.stringify(frames)).toMatch(/search/);
    else expect(JSON.stringify(frames)).not.toMatch(/think|search/);
  });

  it.each(ALL_WAYS)('is nowhere where there is none: %s', async (way) => {
    model.next(answer('Hi'));
    const { frames, receipt } = await askToSeeReasoning(service, way);
    expect(receipt).not.toHaveProperty('reasoning');
    expect(JSON.stringify(frames)).not.toMatch(/reasoning/);
  });

  it('comes in frames of its own, before the text, under the ids of its events', async () => {
    model.next(answerOf(think('Hm.'), delta('Hi')));
    const body = { query: 'frames', reasoning: 'true' };
    const events = await readSse(await service.post('/chat/stream', body)).rest();
    const [id] = events[0]!.id!.split(':');
    expect(events.slice(1, 3).map((one) => [one.id, JSON.parse(one.data) as Frame])).toEqual([
      [`${id}:2`, { text: '', reasoning: 'Hm.', message_id: id }],
      [`${id}:3`, { text: 'Hi', message_id: id }],
    ]);
  });

  it.each([
    [{ reasoning: false }, 200],
    [{ reasoning: null }, 200],
    [{ reasoning: '0' }, 200],
    [{ reasoning: 'perhaps' }, 400],
  ])('is asked for with a boolean: %j', async (more, status) => {
    if (status === 200) model.next(answerOf(think('Hm.'), delta('Hi')));
    const response = await service.post('/chat', { query: 'boolean', ...more });
    expect(response.status).toBe(status);
    const body = (await response.json()) as { errors?: object[] };
    if (status === 200) expect(body).not.toHaveProperty('reasoning');
    else expect(body.errors).toMatchObject([{ pointer: '/reasoning' }]);
  });

  it.each([
    ['on', true],
    ['On', true],
    ['1', false],
    ['OFF', false],
  ])('is asked for with Think-Status: ON in any case: %s', async (value, isShown) => {
    model.next(answerOf(think('Hm.'), delta('Hi')));
    const headers = { 'think-status': value };
    const body = { question: `status ${value}`, uid: UID };
    const frames = await readFrames(await service.post('/api/chat', body, { headers }));
    expect(foldReasoningFrames(frames)).toBe(isShown ? 'Hm.' : '');
  });

  it('comes as Base64 where all frames do', async () => {
    model.next(answerOf(think('想'), delta('Hi')));
    const headers = { 'think-status': 'ON', 'x-base64': 'ON' };
    const response = await service.post('/api/chat', { question: 'base64', uid: UID }, { headers });
    const events = (await readSse(response).rest()).filter(({ data }) => data !== '[DONE]');
    const frames = events.map(({ data }) => JSON.parse(Buffer.from(data, 'base64').toString()) as Frame);
    expect(frames).toContainEqual({ data: '', reasoning: '想' });
  });

  it('is no part of a history, nor of the messages of a conversation', async () => {
    const conversation = { conversation_id: 'remembers', reasoning: true };
    model.next(answerOf(think('Secret thought.'), delta('Hi')), answer('Again'));
    await ask(service, 'json', conversation);
    await ask(service, 'json', conversation);
    expect(model.requests.at(-1)!.text).toMatch(/"Hi"/);
    expect(model.requests.at(-1)!.text).not.toMatch(/Secret/);
    const list = await service.request('GET', '/api/conversations/remembers/messages');
    expect(await list.text()).not.toMatch(/Secret/);
  });

  it('is in no list of feedback, and in no export', async () => {
    model.next(answerOf(think('Secret thought.'), delta('A good answer')));
    const { receipt, frames } = await ask(service, 'stream');
    expect(receipt).toMatchObject({ reasoning: 'Secret thought.' });
    const feedback = { chat_id: frames[0]!.message_id, uid: 'u', stars: 5, better_answer: 'A better one' };
    await service.post('/api/feedback', feedback);
    const paths = ['/api/feedback', '/api/exports/sft', '/api/exports/dpo', '/api/exports/eval'];
    for (const path of paths) {
      const text = await (await service.request('GET', path)).text();
      expect(text).toMatch(/better/);
      expect(text).not.toMatch(/Secret/);
    }
  });

  it('makes the wait of a reader who does not see it no silence', async () => {
    const { wait, open } = gate();
    model.next(answerOf(think('Hm.'), wait, delta('Hi')));
    const response = await service.post('/chat/stream', { query: 'silence' });
    const stream = readSse(response);
    await stream.next();
    const heartbeat = (await stream.next())!;
    expect(heartbeat.id ?? '').toBe('');
    expect(JSON.parse(heartbeat.data)).toMatchObject({ text: '' });
    open();
    expect(foldFrames((await stream.rest()).map(({ data }) => JSON.parse(data) as Frame))).toBe('Hi');
  });

  describe.each(ALL_WAYS)('whose model fails: %s', (way) => {
    const isVoided = way === 'qa';

    it('before it has text', async () => {
      model.next(brokenThought('First. '), answerOf(think('Second.'), delta('Hi')));
      const told = await askToSeeReasoning(service, way);
      expectStored(told, { text: 'Hi', reasoning: isVoided ? 'Second.' : 'First. Second.' });
      expect(told.frames.filter(({ action }) => action === 'RETRYING')).toHaveLength(isVoided ? 1 : 0);
    });

    it('when it has text', async () => {
      model.next(
        script(head(), role(), think('First. '), delta('Half'), end()),
        answerOf(think('Second.'), delta(isVoided ? 'Hi' : ' and half')),
      );
      const reasoning = isVoided ? 'Second.' : 'First. Second.';
      const told = await askToSeeReasoning(service, way);
      expectStored(told, { text: isVoided ? 'Hi' : 'Half and half', reasoning });
    });
  });

  it('is not retried for a reader who did not see it', async () => {
    model.next(brokenThought('First. '), answerOf(think('Second.'), delta('Hi')));
    const { frames, text, receipt } = await ask(service, 'qa');
    expect(frames.filter(({ action }) => action)).toEqual([]);
    expect(receipt).toMatchObject({ text, reasoning: 'Second.' });
  });

  it('stays before a BREAK, whatever comes after it', async () => {
    const { wait, open } = gate();
    const first = 'A paragraph of one piece.\n\n';
    model.next(
      script(head(), role(), think('One. '), delta(first), delta('Void'), wait, think('Void. '), end()),
      answerOf(think('Two.'), delta('The rest.')),
    );
    const body = { question: 'break', uid: UID };
    const stream = readSse(await service.post('/api/chat', body, { headers: { 'think-status': 'ON' } }));
    const frames: Frame[] = [];
    const readOne = async () => frames.push(JSON.parse((await stream.next())!.data) as Frame);
    while (frames.at(-1)?.action !== 'BREAK') await readOne();
    open();
    while (frames.at(-1)?.finish_reason === undefined) await readOne();
    expect(frames.flatMap(({ action }) => action ?? [])).toEqual(['BREAK', 'RETRYING']);
    expect(frames.map(({ reasoning }) => reasoning)).toContain('Void. ');
    const expected = { text: `${first}The rest.`, reasoning: 'One. Two.' };
    expect({ text: foldFrames(frames), reasoning: foldReasoningFrames(frames) }).toEqual(expected);
    expect(await readReceipt(service, frames[0]!.chat_id!)).toMatchObject(expected);
  });

  it.each([
    ['/chat/stream', { query: 'stop', reasoning: true }],
    ['/api/chat', { question: 'stop', uid: UID }],
  ])('is kept when its turn is stopped: %s', async (path, body) => {
    const { wait, open } = gate();
    model.next(answerOf(think('Half a thought'), wait));
    const stream = readSse(await service.post(path, body, { headers: { 'think-status': 'ON' } }));
    const frames: Frame[] = [];
    while (foldReasoningFrames(frames) === '') frames.push(JSON.parse((await stream.next())!.data) as Frame);
    const id = (frames[0]!.chat_id ?? frames[0]!.message_id)!;
    await service.request('POST', `/api/chat/${id}/stop`);
    await stream.rest();
    open();
    const receipt = await (await service.request('GET', `/api/chat/${id}`)).json();
    expect(receipt).toMatchObject({ status: 'cancelled', text: '', reasoning: 'Half a thought' });
  });

  it('is in the log of a running turn, and calls of tools that nothing offered are not', async () => {
    const { wait, open } = gate();
    model.next(answerOf(think('Let me think.'), event(chunk({ tool_calls: [CALL] })), delta('Hi'), wait));
    const stream = readSse(await service.post('/chat/stream', { query: 'log' }));
    const { message_id: id } = JSON.parse((await stream.next())!.data) as Frame;
    expect(await loggedEvents(id!)).toEqual([
      { type: 'turn.started' },
      { type: 'reasoning.delta', text: 'Let me think.' },
      'Hi',
    ]);
    open();
    await stream.rest();
  });

  /** The log of a running turn, once it has the text. The log is written in batches. */
  async function loggedEvents(turnId: string): Promise<unknown[]> {
    for (;;) {
      const rows: { events: string }[] = await service.app
        .get(DataSource)
        .query('SELECT events FROM turn_log WHERE turn_id = $1 ORDER BY first_seq', [turnId]);
      const events = rows.flatMap((row) => JSON.parse(row.events) as unknown[]);
      if (events.includes('Hi')) return events;
      await sleep(50);
    }
  }
});
