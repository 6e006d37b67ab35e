import { Logger } from '@nestjs/common';
import { answer, continuing, hold } from '../../test/support/model/model-server.answers.js';
import * as faults from '../../test/support/model/model-server.faults.js';
import { LlmAndServers } from '../../test/support/model/model-server.llm.js';
import * as steps from '../../test/support/model/model-server.steps.js';
import type { ContinuationConfig } from '../config/app-config.js';
import { CONTINUE_INSTRUCTION } from './retry/continuation.js';

const WHOLE = 'The quick brown fox jumps over the lazy dog. Pack my box with five dozen liquor jugs.';
const BEGUN = 'The quick brown fox jumps over';

/** All is real but the pauses between attempts, which are not waited for. */
describe('LlmService, of several targets and broken answers', () => {
  let llm: LlmAndServers;
  beforeEach(async () => {
    Logger.overrideLogger(false);
    llm = await LlmAndServers.start();
  });
  afterEach(async () => {
    Logger.overrideLogger(['log', 'warn', 'error']);
    await llm.stop();
  });

  const both = () => [llm.server.baseUrl, llm.spare.baseUrl];

  describe('a second target', () => {
    it('answers at once where the first fails', async () => {
      llm.spare.next(answer('From the spare.'));
      const { text, attempts } = await llm.outcomeWith([faults.status(500)], { targets: both() });
      expect(text).toBe('From the spare.');
      expect(attempts.map(({ target }) => target)).toEqual(
        both().map((url) => `${new URL(url).host}/test-model`),
      );
      expect(llm.pauses).toEqual([]);
    });

    it('answers at once where the first wants to be left alone', async () => {
      llm.spare.next(answer('From the spare.'));
      const refusal = faults.status(429, {}, { 'retry-after': '3600' });
      const { text } = await llm.outcomeWith([refusal], { targets: both() });
      expect([text, llm.pauses]).toEqual(['From the spare.', []]);
    });

    it('goes on with what the first began', async () => {
      llm.spare.next(continuing(WHOLE, { repeatedChars: 20 }));
      const broken = faults.hangUpAfter([BEGUN]);
      const { text } = await llm.outcomeWith([broken], { targets: both(), keeps: true });
      expect(text).toBe(WHOLE);
    });

    it('leaves the first out once half of 20 of its answers have failed', async () => {
      const service = llm.serviceOf({ targets: both() });
      llm.server.always(faults.status(500));
      llm.spare.always(answer('From the spare.'));
      for (let index = 0; index < 25; index++) expect((await llm.ask(service)).text).toBe('From the spare.');
      expect([llm.server.requests.length, llm.spare.requests.length]).toEqual([20, 25]);
    });

    it('takes what the first has no room for', async () => {
      const held = hold(['Hello']);
      llm.server.next(held);
      llm.spare.next(answer('From the spare.'));
      const service = llm.serviceOf({ targets: both(), maxInFlight: 1 });
      const first = llm.ask(service);
      await llm.server.requestArrived(0);
      expect((await llm.ask(service)).text).toBe('From the spare.');
      held.release();
      expect((await first).text).toBe('Hello');
    });
  });

  it('refuses at once, without a request, when all targets are out (F81)', async () => {
    const service = llm.serviceOf({ maxRetries: 0 });
    llm.server.always(faults.status(500));
    for (let index = 0; index < 20; index++) await llm.ask(service);
    const { attempts, error } = await llm.ask(service);
    expect(attempts).toEqual([]);
    expect(error).toMatchObject({ code: 'model_failed', status: 502, retryAfterSeconds: 10 });
    expect(llm.server.requests).toHaveLength(20);
  });

  describe('an answer that broke off and is kept', () => {
    const begin = { model: 'test-model', stream: true, stream_options: { include_usage: true } };
    const question = { role: 'user', content: 'What is a monad, in simple words?' };
    const modes: [ContinuationConfig, object][] = [
      [
        { mode: 'instruct' },
        {
          messages: [
            question,
            { role: 'assistant', content: BEGUN },
            { role: 'user', content: CONTINUE_INSTRUCTION },
          ],
        },
      ],
      [
        { mode: 'prefill', flags: 'vllm' },
        {
          messages: [question, { role: 'assistant', content: BEGUN }],
          continue_final_message: true,
          add_generation_prompt: false,
        },
      ],
      [
        { mode: 'prefill', flags: 'deepseek' },
        { messages: [question, { role: 'assistant', content: BEGUN, prefix: true }] },
      ],
      [{ mode: 'prefill', flags: 'none' }, { messages: [question, { role: 'assistant', content: BEGUN }] }],
    ];

    describe.each(modes)('is continued by %j', (continuation, body) => {
      // What a prefilled answer repeats is meant, so the service keeps it.
      const repetitions: [string, number][] = [
        ['the end of it again', 16],
        ['all of it again', Infinity],
      ];
      it.each([
        ['the rest', 0] as [string, number],
        ...(continuation.mode === 'instruct' ? repetitions : []),
      ])('from a model that says %s', async (_, repeatedChars) => {
        const broken = faults.hangUpAfter(['The quick', ' brown fox jumps over']);
        const rest = continuing(WHOLE, { repeatedChars, usage: { prompt_tokens: 40, completion_tokens: 9 } });
        const { text, finish } = await llm.outcomeWith([broken, rest], { continuation, keeps: true });
        expect(text).toBe(WHOLE);
        expect(llm.server.requests[1]?.body).toEqual({ ...begin, ...body });
        // The kept text is 30 characters: 8 tokens, by estimate.
        expect(finish?.usage).toEqual({ inputTokens: 40, outputTokens: 9 + 8 });
      });
    });

    it('keeps to the limit of tokens', async () => {
      const question = { keeps: true, request: { maxTokens: 20 } };
      await llm.outcomeWith([faults.hangUpAfter([BEGUN]), continuing(WHOLE)], question);
      expect(llm.server.requests.map(({ body }) => body?.max_tokens)).toEqual([20, 12]);
    });

    it('begins again where nothing was said', async () => {
      await llm.outcomeWith([faults.status(500), continuing(WHOLE)], { keeps: true });
      expect(llm.server.requests[1]?.text).toBe(llm.server.requests[0]?.text);
    });

    it('is put together from three parts', async () => {
      const broken = [faults.hangUpAfter([BEGUN]), faults.endAfter([' the lazy dog.'])];
      const { text, attempts } = await llm.outcomeWith([...broken, continuing(WHOLE)], { keeps: true });
      expect(text).toBe(WHOLE);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['model_failed', 'model_failed', 'answered']);
    });

    it('is kept also when no attempt brings the rest (F32)', async () => {
      const broken = [BEGUN, ' the lazy', ' dog.'].map((part) => faults.hangUpAfter([part]));
      const { text, error } = await llm.outcomeWith(broken, { keeps: true });
      expect([text, error?.code]).toEqual([`${BEGUN} the lazy dog.`, 'model_failed']);
    });

    it('is complete when nothing was left to say', async () => {
      const { text, finish } = await llm.outcomeWith([faults.hangUpAfter([WHOLE]), continuing(WHOLE)], {
        keeps: true,
      });
      expect([text, finish?.finishReason]).toEqual([WHOLE, 'stop']);
    });

    it('is not longer than the longest answer', async () => {
      const text = '0123456789'.repeat(10_000);
      const broken = hold(
        Array.from({ length: 9 }, () => text),
        steps.hangUp(),
      );
      broken.release();
      const outcome = await llm.outcomeWith([broken, faults.endless('abcdefghij'.repeat(1_000))], {
        keeps: true,
      });
      expect([outcome.text.length, outcome.finish?.finishReason]).toEqual([1_000_000, 'length']);
    });
  });
});
