import fc from 'fast-check';
import { runs } from '../../../../test/property/runs.js';
import type { AnswerRequest } from '../response/answer-text.js';
import { MAX_SIDE_CHARS } from '../response/side-deltas.js';
import { hasStrayTag, ThinkingReader } from './thinking-reader.js';

type Options = Omit<AnswerRequest, 'messages'>;

interface Read {
  readonly text: string;
  readonly thinking: string;
}

function read(pieces: readonly string[], options: Options = {}): Read {
  const reader = new ThinkingReader({ messages: [], ...options });
  const parts = pieces.map((piece) => {
    if (reader.isDone) return [piece, ''];
    const text = reader.push(piece);
    return [text, reader.thinking];
  });
  if (!reader.isDone) parts.push([reader.end(), reader.thinking]);
  const [texts, thoughts] = [0, 1].map((index) => parts.map((part) => part[index]).join(''));
  return { text: texts!, thinking: thoughts! };
}

/** Whether all of a text is in another, in its order. */
function isTakenFrom(text: string, said: string): boolean {
  let at = 0;
  for (const unit of text.split('')) {
    at = said.indexOf(unit, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

const GO_ON: Options = { keptChars: 9 };

describe('ThinkingReader', () => {
  it.each<[string, string, string]>([
    ['<think>\nhm\n</think>\n\nHi', 'hm', 'Hi'],
    ['<think>hm</think>Hi', 'hm', 'Hi'],
    ['<think>hm</think> Hi', 'hm', 'Hi'],
    ['\r\n <think>\r\nhm\r\n</think>\r\n\r\nHi', 'hm', 'Hi'],
    ['<think>\n\n</think>\n\nHi', '', 'Hi'],
    ['<think></think>Hi', '', 'Hi'],
    ['<think>a\n\n b</think>Hi', 'a\n\n b', 'Hi'],
    ['<think>a <think> b</think>Hi', 'a <think> b', 'Hi'],
    ['<think>a </thin b</think>Hi', 'a </thin b', 'Hi'],
    ['<think>a</think>Hi <think>b</think>', 'a', 'Hi <think>b</think>'],
    ['<think>a</think></think>Hi', 'a', 'Hi'],
    ['<think>a</think>\n</think>\n\nHi</think>', 'a', 'Hi</think>'],
    ['<think>a</think>\n\n<think>b</think>\n\nHi', 'a\n\nb', 'Hi'],
    ['<think>\n\n</think>\n\n<think>\nreal\n</think>\n\nHi', 'real', 'Hi'],
    ['<think>a</think><', 'a', '<'],
    ['<seed:think>hm</seed:think>Hi', 'hm', 'Hi'],
    ['[THINK]hm[/THINK]Hi', 'hm', 'Hi'],
    ['◁think▷hm◁/think▷Hi', 'hm', 'Hi'],
    ['<|channel>thought\nhm<channel|>Hi', 'hm', 'Hi'],
    ['<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hi', 'hm', 'Hi'],
    ['<think>hm</seed:think>Hi', 'hm</seed:think>Hi', ''],
    ['<think>hm', 'hm', ''],
    ['<think>hm</thi', 'hm</thi', ''],
    ['<think>', '', ''],
    ['<think>hm</think>', 'hm', ''],
    ['<think>hm</think>\n\n', 'hm', ''],
  ])('reads %j', (said, thinking, text) => {
    expect(read([said])).toEqual({ thinking, text });
  });

  it.each([
    '',
    'Hi',
    '  Hi',
    '\n',
    '<',
    ' <thi',
    '<thinking>hm</thinking>',
    '<thought>',
    'Hi <think>',
    '</think>',
  ])('takes %j for text, with its white space', (text) => {
    expect(read([text])).toEqual({ thinking: '', text });
    expect(read([...text])).toEqual({ thinking: '', text });
  });

  it.each<[string, string]>([
    ['<think>hm</think>\n\n and', ' and'],
    ['<think>hm</think> and', ' and'],
    ['<think>hm</think>\r\n\r\n and', ' and'],
    ['<think>hm</think>\n\n\n\nNext', '\n\nNext'],
    ['<think>hm</think>and', 'and'],
    [' and', ' and'],
    ['\n\nNext', '\n\nNext'],
  ])('keeps the white space of a continuation: %j goes on with %j', (said, text) => {
    expect(read([said], GO_ON).text).toBe(text);
    expect(read([...said], GO_ON).text).toBe(text);
  });

  it.each<[string, string, string]>([
    ['hm\n</think>\n\nHi', 'hm', 'Hi'],
    ['\n\n</think>\n\nHi', '', 'Hi'],
    ['</think>Hi', '', 'Hi'],
    ['<think>\nhm\n</think>\n\nHi', 'hm', 'Hi'],
    ['hm[/THINK]Hi', 'hm', 'Hi'],
    ['hm </think> Hi </think>', 'hm', 'Hi </think>'],
    ['Hi', 'Hi', ''],
    ['', '', ''],
    ['  ', '', ''],
  ])('reads %j where the template has opened the tag', (said, thinking, text) => {
    expect(read([said], { thinking: 'open' })).toEqual({ thinking, text });
    expect(read([...said], { thinking: 'open' })).toEqual({ thinking, text });
  });

  it('waits for an opening tag where the server separates the thinking, or the answer is prefilled', () => {
    const reader = new ThinkingReader({ messages: [], thinking: 'open' });
    reader.noteSeparated();
    expect([reader.push('Hi'), reader.thinking, reader.isDone]).toEqual(['Hi', '', true]);
    expect(read(['Hi'], { thinking: 'open', prefill: 'vllm', ...GO_ON })).toEqual({
      thinking: '',
      text: 'Hi',
    });
  });

  it.each<[string, string, Options]>([
    ['\n\nHi', 'Hi', {}],
    [' Hi', 'Hi', {}],
    ['</think>\n\nHi', 'Hi', {}],
    ['\n</think>\n\nHi </think>', 'Hi </think>', {}],
    ['<think>hm</think>\n\nHi', 'Hi', {}],
    ['<|channel|>final<|message|>Hi', 'Hi', {}],
    ['\n\n', '', {}],
    ['<thi', '<thi', {}],
    ['\n\n and', ' and', GO_ON],
    [' and', ' and', GO_ON],
    ['</think>\n\n\n and', '\n and', GO_ON],
  ])('takes from the start of %j, behind separated thinking, what belongs to that', (said, text, options) => {
    for (const pieces of [[said], [...said]]) {
      const reader = new ThinkingReader({ messages: [], ...options });
      reader.noteSeparated();
      const got = pieces.map((piece) => (reader.isDone ? piece : reader.push(piece))).join('');
      expect(got + (reader.isDone ? '' : reader.end())).toBe(text);
    }
  });

  it('gives thinking and text as soon as neither can be a tag', () => {
    const reader = new ThinkingReader({ messages: [] });
    const steps = ['<th', 'ink> a', ' b', '</th', 'x', ' \n', '</think>', '\n', 'Hi'].map((piece) => [
      reader.push(piece),
      reader.thinking,
    ]);
    const texts = steps.map(([text]) => text).join('|');
    expect(texts).toBe('||||||||Hi');
    expect(steps.map(([, thinking]) => thinking)).toEqual(['', 'a', ' b', '', '</thx', '', '', '', '']);
  });

  it('holds no more than a little white space, and bounded white space in thinking', () => {
    const blank = ' '.repeat(1_001);
    expect(read([`${blank}<think>hm</think>`]).text).toBe(`${blank}<think>hm</think>`);
    const reader = new ThinkingReader({ messages: [] });
    reader.push('<think>hm');
    for (let index = 0; index < 20; index++) reader.push(' '.repeat(100_000));
    reader.push('.');
    expect(reader.thinking).toHaveLength(MAX_SIDE_CHARS + 1);
  });

  it('reads the same wherever the text is cut', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '<think>',
          '</think>',
          '<seed:think>',
          '</seed:think>',
          '[THINK]',
          '[/THINK]',
          '◁think▷',
          '◁/think▷',
        ],
        ...[
          '<|channel>thought',
          '<channel|>',
          '<|channel|>analysis<|message|>',
          '\n',
          '\n\n',
          '\r\n',
          ' ',
          '<',
          '</',
        ],
        ...['<|start|>assistant', '<|channel|>', '<|channel|>final', '<|message|>', '<|end|>', '<|return|>'],
        ...['<|end|><|start|>assistant<|channel|>final<|message|>', '<think', 'think>', ' '.repeat(998)],
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const options = fc.record(
      { thinking: fc.constantFrom('auto' as const, 'open' as const), keptChars: fc.constantFrom(0, 9) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat()), options, (said, places, given) => {
        const text = said.join('');
        const cuts = [
          0,
          ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b),
          text.length,
        ];
        const pieces = cuts.slice(1).map((end, index) => text.slice(cuts[index], end));
        const complete = read([text], given);
        expect(read(pieces, given)).toEqual(complete);
        expect(read([...text], given)).toEqual(complete);
        // Neither has anything that was not said, and thinking has no white space around it.
        expect(isTakenFrom(complete.text, text)).toBe(true);
        expect(isTakenFrom(complete.thinking.replaceAll(/\s/g, ''), text)).toBe(true);
        expect(complete.thinking.trim()).toBe(complete.thinking);
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('hasStrayTag', () => {
  it.each<[string, boolean]>([
    ['hm</think>Hi', true],
    ['Write <think> and </think>.', false],
    ['</think> closes <think>', true],
    ['Hi', false],
  ])('of %j is %s', (text, isStray) => {
    expect(hasStrayTag(text)).toBe(isStray);
  });
});
