import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { firstValueFrom, toArray } from 'rxjs';
import { estimateTokens } from '../../common/text/token-estimate.js';
import type { CompletionEvent, CompletionRequest, SourcePassage } from '../completion.js';
import { ExtractiveModel } from './extractive-model.js';

const answerer = new ExtractiveModel();

const FEEDBACK: SourcePassage = {
  title: 'Feedback',
  source: 'docs/feedback.md#sending',
  text: [
    '## Sending feedback',
    'To send feedback, call the route with the id of\nthe answer:',
    '```sh\ncurl -X POST /api/feedback\n```',
    'The weather is not our concern.',
  ].join('\n\n'),
};
const LIMITS: SourcePassage = {
  title: 'Limits',
  source: 'docs/limits.md',
  text: '# Limits\n\n| name | meaning |\n|---|---|\n| PORT | where it listens |\n| HOST | the address |\n',
};
const CHINESE: SourcePassage = {
  title: '退货',
  source: 'returns.md',
  text: '# 退货\n\n商品可以在三十天内\n退货。运费由买家承担。节假日照常营业。',
};

function toRequest(
  question: string,
  passages: readonly SourcePassage[],
  maxTokens?: number,
): CompletionRequest {
  const messages = [{ role: 'user' as const, content: question }];
  return { client: 'a', model: 'builtin', messages, question, passages, maxTokens };
}

async function ask(...request: Parameters<typeof toRequest>) {
  const events = await firstValueFrom(answerer.answer(toRequest(...request)).pipe(toArray()));
  const deltas = events.flatMap((event) => (event.type === 'text.delta' ? [event.text] : []));
  return { events, deltas, text: deltas.join(''), last: events.at(-1) };
}

describe('the built-in answerer', () => {
  it('quotes the sentences that answer, with the code that they announce, and names its sources', async () => {
    const { text } = await ask('how do I send feedback?', [FEEDBACK, LIMITS]);
    expect(text).toBe(
      'To send feedback, call the route with the id of the answer:\n\n```sh\ncurl -X POST /api/feedback\n```\n\n' +
        'Sources: Feedback (docs/feedback.md#sending)',
    );
  });

  it('quotes of a table the rows that answer, below its head', async () => {
    const { text } = await ask('what is PORT?', [LIMITS]);
    expect(text).toBe(
      '| name | meaning |\n|---|---|\n| PORT | where it listens |\n\nSources: Limits (docs/limits.md)',
    );
  });

  it('answers a Chinese question from Chinese text, across its line ends', async () => {
    const { text } = await ask('多少天内可以退货？', [CHINESE]);
    expect(text).toBe('商品可以在三十天内退货。\n\n来源：退货（returns.md）');
  });

  it.each([
    ['how do I bake bread?', /^I found nothing .*built-in extractive answerer.*LLM_BASE_URL.*LLM_MODEL/s],
    ['怎么烤面包？', /^知识库中没有找到.*内置的抽取式应答器.*LLM_BASE_URL.*LLM_MODEL/s],
    ['?!', /^I found nothing/],
  ])('says that it found nothing, what it is and how to connect a model: %s', async (question, told) => {
    for (const passages of [[], [LIMITS]]) {
      const { text, last } = await ask(question, passages);
      expect(text).toMatch(told);
      expect(last).toMatchObject({ type: 'finish', finishReason: 'stop' });
    }
  });

  it('streams several deltas and counts tokens', async () => {
    const { deltas, text, last } = await ask('how do I send feedback?', [FEEDBACK]);
    expect(deltas.length).toBeGreaterThan(2);
    expect(last).toMatchObject({
      type: 'finish',
      finishReason: 'stop',
      usage: { inputTokens: estimateTokens('how do I send feedback?'), outputTokens: estimateTokens(text) },
      attempt: { target: 'builtin', outcome: 'answered' },
    });
  });

  it('keeps to the limit of tokens', async () => {
    const whole = await ask('how do I send feedback?', [FEEDBACK]);
    const cut = await ask('how do I send feedback?', [FEEDBACK], 7);
    expect(whole.text.startsWith(cut.text)).toBe(true);
    expect(estimateTokens(cut.text)).toBe(7);
    expect(cut.last).toMatchObject({ finishReason: 'length', usage: { outputTokens: 7 } });
    const exact = await ask('how do I send feedback?', [FEEDBACK], estimateTokens(whole.text));
    expect(exact.last).toMatchObject({ finishReason: 'stop' });
  });

  it('begins with the subscription and stops with its end', async () => {
    const completion$ = answerer.answer(toRequest('how do I send feedback?', [FEEDBACK]));
    const heard: CompletionEvent[] = [];
    const first = await new Promise<CompletionEvent>((resolve) => {
      const subscription = completion$.subscribe((event) => {
        heard.push(event);
        subscription.unsubscribe();
        resolve(event);
      });
    });
    expect(first.type).toBe('text.delta');
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(heard).toHaveLength(1);
    // Cold: a second subscriber gets the answer from its beginning.
    expect(await firstValueFrom(completion$)).toEqual(first);
  });

  it('answers anything, the same each time, with one finish, last, and no broken character', async () => {
    const line = fc.constantFrom(
      ...[
        '# Send feedback',
        '- send',
        '| send | x |',
        '|---|---|',
        '```',
        'Send it. Or not:',
        '提交反馈🙂。',
        '',
        ':',
      ],
    );
    const passage = fc.record({
      title: fc.string({ unit: 'grapheme', maxLength: 10 }),
      source: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
      text: fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
    });
    const question = fc.oneof(fc.constantFrom('send feedback', '提交反馈'), fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(
        question,
        fc.array(passage, { maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        async (...given) => {
          const { events, text, last } = await ask(...given);
          expect(events.filter(({ type }) => type === 'finish')).toEqual([last]);
          expect(events.every((event) => event.type !== 'text.delta' || event.text !== '')).toBe(true);
          expect(text.isWellFormed()).toBe(true);
          expect(estimateTokens(text)).toBeLessThanOrEqual(given[2]);
          expect((await ask(...given)).text).toBe(text);
        },
      ),
      { numRuns: 200 },
    );
  });
});
