import { DataSource } from 'typeorm';
import { ClientService } from '../../../src/auth/client.service.js';
import { answer, continuing, hold, textToContinue } from '../../support/model/model-server.answers.js';
import * as faults from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { reset } from '../../support/model/model-server.steps.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readSse } from '../../support/service/sse.js';
import { ask, type Told, UID } from '../../support/service/ways-to-ask.js';

const PIECES = [
  'The first paragraph has two sentences. This is the second.\n\n',
  'The second is a short one. It has this, too.\n\n',
  'The third is the last one.',
];
const WHOLE = PIECES.join('');

const parse = (data: string): Frame => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame));

/** What the frames say, one entry a message, with what was void in it marked. */
function messagesOf(frames: readonly Frame[]): string[] {
  const messages = [''];
  for (const { data, action } of frames) {
    if (action === 'BREAK') messages.push('');
    else messages[messages.length - 1] += action === 'RETRYING' ? '<void>' : (data ?? '');
  }
  return messages;
}

/**
 * BREAK, and what a failure does to the text before it. Real: the complete service, its database, HTTP both
 * ways. Stand-in: the model behind its server.
 */
describe('An answer of variant B in messages', () => {
  let running: ServiceWithModel;
  let model: ModelServer;
  let service: TestService;

  /** For the tests of a group, because a running service's configuration cannot change. */
  function useService(environment: Record<string, string> = {}): void {
    beforeAll(async () => {
      running = await startServiceWithModel({ BREAK_MIN_CHARS: '40', ...environment });
      ({ model, service } = running);
    });
    afterAll(() => stopServiceWithModel(running));
  }

  const expectStored = ({ text, receipt }: Told, expected: string, status = 'completed') =>
    expect([text, receipt!.text, receipt!.status]).toEqual([expected, expected, status]);

  describe('of a usual size', () => {
    useService();

    it('is cut where its paragraphs end, and is complete all the same', async () => {
      model.next(answer(WHOLE.match(/.{1,7}/gsu)!));
      const told = await ask(service, 'qa');
      expect(messagesOf(told.frames)).toEqual(PIECES);
      expectStored(told, WHOLE);
    });

    it('is not cut in variant A', async () => {
      model.next(answer(WHOLE));
      const told = await ask(service, 'stream');
      expect(told.frames.map(({ text }) => text)).toEqual(['', WHOLE, '']);
    });

    it('has a BREAK only when what it ends is stored', async () => {
      const held = hold([PIECES[0]!, 'and more']);
      model.next(held);
      const stream = readSse(await service.post('/api/chat', { question: 'stored?', uid: UID }));
      let frame = parse((await stream.next())!.data);
      const { chat_id } = frame;
      while (frame.action !== 'BREAK') frame = parse((await stream.next())!.data);
      const rows: { events: string }[] = await service.app
        .get(DataSource)
        .query('SELECT events FROM turn_log WHERE turn_id = $1 ORDER BY first_seq', [chat_id]);
      // In the log a delta is its text alone.
      const events = rows.flatMap((row) => JSON.parse(row.events) as (string | { type: string })[]);
      const said = events.map((event) => {
        if (typeof event === 'string') return event;
        return event.type === 'text.committed' ? '<break>' : '';
      });
      expect(said.join('')).toMatch(`${PIECES[0]}<break>`);
      held.release();
      await stream.rest();
    });

    it('goes on after its last BREAK when it breaks off; only what came since is void', async () => {
      model.next(faults.endAfter([PIECES[0]!, 'The second par']), continuing(WHOLE));
      const told = await ask(service, 'qa');
      expect(textToContinue(model.requests.at(-1)!.body)).toBe(PIECES[0]);
      expect(messagesOf(told.frames)).toEqual([PIECES[0], `The second par<void>${PIECES[1]}`, PIECES[2]]);
      expectStored(told, WHOLE);
      expect(told.receipt!.attempts.map(({ outcome }) => outcome)).toEqual(['model_failed', 'answered']);
    });

    it.each([16, 40, Infinity])(
      'has %s characters that the model repeats only once',
      async (repeatedChars) => {
        model.next(faults.endAfter([PIECES[0]!, 'The sec']), continuing(WHOLE, { repeatedChars }));
        expectStored(await ask(service, 'qa'), WHOLE);
      },
    );

    it('keeps each message, once, when it breaks off again and again', async () => {
      const asked = model.requests.length;
      model.next(
        faults.endAfter([PIECES[0]!, 'The sec']),
        faults.endAfter([PIECES[1]!, 'The thi']),
        continuing(WHOLE),
      );
      const told = await ask(service, 'qa');
      const kept = model.requests.slice(asked).map(({ body }) => textToContinue(body));
      expect(kept).toEqual(['', PIECES[0], PIECES[0]! + PIECES[1]!]);
      expect(messagesOf(told.frames)).toEqual([
        PIECES[0],
        `The sec<void>${PIECES[1]}`,
        `The thi<void>${PIECES[2]}`,
      ]);
      expectStored(told, WHOLE);
    });

    it('is stored as its reader has it when it breaks off for good', async () => {
      model.next(
        faults.endAfter([PIECES[0]!, 'The sec']),
        faults.endAfter(['The second par']),
        faults.endAfter([PIECES[1]!, 'The third']),
      );
      const told = await ask(service, 'qa');
      expect(told.error).toMatchObject({ code: 'model_failed' });
      expectStored(told, `${PIECES[0]}${PIECES[1]}The third`, 'failed');
    });

    it('is the same text to a caller who drops at every single frame', async () => {
      model.next(faults.endAfter([PIECES[0]!, 'The second par']), continuing(WHOLE));
      const asked = model.requests.length;
      const body = { question: 'dropped', uid: UID };
      const events = await readSse(await service.post('/api/chat', body)).rest();
      for (const [index, { id }] of events.entries()) {
        const resumed = await service.post('/api/chat', body, { headers: { 'last-event-id': id! } });
        const rest = await readSse(resumed).rest();
        const frames = [...events.slice(0, index + 1), ...rest].map(({ data }) => parse(data));
        expect(foldFrames(frames)).toBe(WHOLE);
        expect(parse(rest.at(-1)!.data)).toEqual({ done: true });
      }
      expect(model.requests.length).toBe(asked + 2);
    });
  });

  describe('that the model continues from its beginning', () => {
    useService({ LLM_CONTINUATION: 'prefill', LLM_PREFILL_FLAGS: 'vllm' });

    it('goes on after its last BREAK when it breaks off', async () => {
      model.next(faults.endAfter([PIECES[0]!, 'The second par']), continuing(WHOLE));
      const told = await ask(service, 'qa');
      expect(model.requests.at(-1)!.body).toMatchObject({ continue_final_message: true });
      expect(messagesOf(told.frames)).toEqual([PIECES[0], `The second par<void>${PIECES[1]}`, PIECES[2]]);
      expectStored(told, WHOLE);
    });
  });

  describe('that takes long', () => {
    useService({ BREAK_AFTER_MS: '50', LLM_MAX_RETRIES: '1' });

    it('is cut although the model is silent', async () => {
      const held = hold(['One sentence. ']);
      model.next(held);
      const stream = readSse(await service.post('/api/chat', { question: 'silent', uid: UID }));
      const frames: Frame[] = [];
      while (frames.at(-1)?.action !== 'BREAK') frames.push(parse((await stream.next())!.data));
      expect(messagesOf(frames)).toEqual(['One sentence. ', '']);
      held.release();
      await stream.rest();
    });

    it('hears no RETRYING when nothing came since the last BREAK', async () => {
      const held = hold([PIECES[0]!], reset());
      model.next(held, continuing(WHOLE));
      const stream = readSse(await service.post('/api/chat', { question: 'nothing since', uid: UID }));
      const frames: Frame[] = [];
      for (let event = await stream.next(); event; event = await stream.next()) {
        frames.push(parse(event.data));
        if (frames.at(-1)!.action === 'BREAK') held.release();
      }
      expect(frames.some(({ action }) => action === 'RETRYING')).toBe(false);
      expect(foldFrames(frames)).toBe(WHOLE);
    });
  });

  describe('for a channel whose messages are short', () => {
    useService({ BREAK_MIN_CHARS: '600' });

    it('is cut so that each fits', async () => {
      await service.app.get(ClientService).changeSettings('test', { breakMaxBytes: 64 });
      const text = '机器学习是人工智能的一个分支。'.repeat(8);
      model.next(answer(text));
      const told = await ask(service, 'qa');
      const messages = messagesOf(told.frames);
      expect(messages.length).toBeGreaterThan(4);
      for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(64);
      expectStored(told, text);
    });
  });

  describe('for a client whose key the environment names', () => {
    useService({ BREAK_MIN_CHARS: '600', API_KEYS: 'bot=key-of-the-bot-0123456789abcdef01' });

    it('is cut as set while the service runs, after a moment', async () => {
      const text = '机器学习是人工智能的一个分支。'.repeat(8);
      model.always(answer(text));
      const body = { question: 'how long?', uid: UID };
      const pieces = async () => {
        const events = await readSse(
          await service.post('/api/chat', body, { key: 'key-of-the-bot-0123456789abcdef01' }),
        ).rest();
        return messagesOf(events.map(({ data }) => parse(data)));
      };
      expect(await pieces()).toEqual([text]);
      await service.app.get(ClientService).changeSettings('bot', { breakMaxBytes: 64 });
      let cut: string[] = [];
      while (cut.length < 2) cut = await pieces();
      for (const piece of cut) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(64);
    });
  });

  describe('with BREAK_MIN_CHARS=0', () => {
    useService({ BREAK_MIN_CHARS: '0' });

    it('is one message', async () => {
      model.next(answer(WHOLE.repeat(30)));
      expect(messagesOf((await ask(service, 'qa')).frames)).toEqual([WHOLE.repeat(30)]);
    });
  });
});
