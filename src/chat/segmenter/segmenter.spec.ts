import fc from 'fast-check';
import { Segmenter, type SegmenterOptions, type SegmenterOutput } from './segmenter.js';

const NEVER = 1e9;

function run(
  text: string,
  options: Partial<SegmenterOptions> = {},
  sizes: readonly number[] = [5],
): SegmenterOutput[] {
  const segmenter = new Segmenter({ minChars: 10, afterMs: NEVER, ...options }, 0);
  const output: SegmenterOutput[] = [];
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!);
    output.push(...segmenter.push(text.slice(at, at + size), 0));
    at += size;
  }
  return [...output, ...segmenter.flush()];
}

function piecesOf(output: readonly SegmenterOutput[]): string[] {
  const pieces = [''];
  for (const part of output) {
    if (part.type === 'cut') pieces.push('');
    else pieces[pieces.length - 1] += part.text;
  }
  return pieces;
}

const pieces = (text: string, options?: Partial<SegmenterOptions>) => piecesOf(run(text, options));

const fragments = fc.constantFrom(
  'A sentence of words. ',
  'Is it? ',
  'Yes! ',
  '这是一个句子。',
  '真的吗？',
  '是的！',
  '，然后',
  'Dr. Who said 3.14 e.g. so. ',
  '\n',
  '\n\n',
  '\r\n',
  '  ',
  '```ts\nconst a = 1. b;\n\n```\n',
  '~~~\na. B\n~~~\n',
  '| a. B | c. D |\n|---|---|\n| e. F | g |\n\n',
  '[a link. With text](https://x.y/z?a=b. C) ',
  '`code. Span` ',
  '- item\n',
  '1. item\n',
  '👩‍👩‍👧‍👦',
  '🇨🇳',
  'e\u0301',
  '👍🏽',
  '$$ x. Y $$ ',
  '```unclosed. Fence\n',
);
const markdown = fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join(''));
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const budgets = fc.option(fc.integer({ min: 64, max: 400 }), { nil: undefined });

describe('Segmenter', () => {
  it.each<[string, string, string[]]>([
    [
      'at a sentence, once the piece is large enough',
      'One two three. Four five six. Seven.',
      ['One two three. ', 'Four five six. ', 'Seven.'],
    ],
    ['not before', 'One. Two. Three. Four.', ['One. Two. ', 'Three. Four.']],
    ['at a paragraph, with its blank lines', 'Title of this\n\n\nText', ['Title of this\n\n\n', 'Text']],
    [
      'at a Chinese sentence',
      '这是一个比较长的句子。下一个句子也很长啊。完',
      ['这是一个比较长的句子。', '下一个句子也很长啊。', '完'],
    ],
    [
      'behind closing quotes',
      '他说：“这是一个很长的句子。”然后走了',
      ['他说：“这是一个很长的句子。”', '然后走了'],
    ],
    ['not in a number', 'The number pi is 3.14 or so', ['The number pi is 3.14 or so']],
    [
      'not behind an abbreviation',
      'We asked the good Dr. Who about it',
      ['We asked the good Dr. Who about it'],
    ],
    ['not where the sentence goes on', 'Apples, pears etc. and so on', ['Apples, pears etc. and so on']],
    ['not behind the number of a list', 'Some long words\n1. First', ['Some long words\n1. First']],
    [
      'not in a code fence',
      'Before it.\n```ts\nlong enough\n\na. B\n\nc. D\n```\nAfter',
      ['Before it.\n', '```ts\nlong enough\n\na. B\n\nc. D\n```\n', 'After'],
    ],
    [
      'not in a table',
      'Some words\n\n| a. B c. D |\n|---|\n| e. F g. H |\n\nAfter',
      ['Some words\n\n', '| a. B c. D |\n|---|\n| e. F g. H |\n\n', 'After'],
    ],
    [
      'not in a link',
      'Words and a [text. With Two](u. V) here. After',
      ['Words and a [text. With Two](u. V) here. ', 'After'],
    ],
    [
      'not in a code span',
      'Words and a `text. With Two` here. After',
      ['Words and a `text. With Two` here. ', 'After'],
    ],
    ['never at the very end', 'One two three four. ', ['One two three four. ']],
  ])('cuts %s', (_name, text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  it('cuts a list without full stops between its lines, when it is twice as large', () => {
    const lines = Array.from({ length: 8 }, (_, index) => `- item ${index}\n`);
    expect(pieces(lines.join(''), { minChars: 10 })).toEqual([
      lines.slice(0, 3).join(''),
      lines.slice(3, 6).join(''),
      lines.slice(6).join(''),
    ]);
  });

  it('passes text on at once where no budget is set', () => {
    const segmenter = new Segmenter({ minChars: 10, afterMs: NEVER }, 0);
    expect(segmenter.push('Any text, as it comes. ', 0)).toEqual([
      { type: 'text', text: 'Any text, as it comes. ' },
    ]);
  });

  describe('by time', () => {
    it('cuts a small piece that has been open for long at the end of its sentence', () => {
      const segmenter = new Segmenter({ minChars: 1000, afterMs: 15_000 }, 0);
      segmenter.push('Short. ', 100);
      expect(segmenter.push('Sweet. ', 14_999)).toEqual([{ type: 'text', text: 'Sweet. ' }]);
      expect(segmenter.push('Late', 15_000)).toEqual([{ type: 'cut' }, { type: 'text', text: 'Late' }]);
    });

    it('cuts when the model pauses there, and not in mid-sentence', () => {
      const segmenter = new Segmenter({ minChars: 1000, afterMs: 15_000 }, 0);
      segmenter.push('In the middle of', 14_000);
      expect(segmenter.wakeAt).toBeNull();
      segmenter.push(' it. ', 14_500);
      expect(segmenter.wakeAt).toBe(15_500);
      expect(segmenter.tick(15_000)).toEqual([]);
      expect(segmenter.tick(15_500)).toEqual([{ type: 'cut' }]);
      expect(segmenter.wakeAt).toBeNull();
      expect(segmenter.push('Next', 16_000)).toEqual([{ type: 'text', text: 'Next' }]);
    });
  });

  it('begins the piece anew after a restart', () => {
    const segmenter = new Segmenter({ minChars: 10, afterMs: NEVER, maxBytes: 64 }, 0);
    segmenter.push('```\nA fence that is open, and text that is held back for its budget', 0);
    segmenter.restart(0);
    expect(piecesOf([...segmenter.push('One two three. Four', 0), ...segmenter.flush()])).toEqual([
      'One two three. ',
      'Four',
    ]);
  });

  describe('with a budget of bytes', () => {
    const budget = { minChars: NEVER, maxBytes: 64 };

    it.each<[string, string, number]>([
      [
        'at the sentence that still fits',
        `${'Word '.repeat(9)}end. ${'More '.repeat(8)}`,
        'Word Word Word Word Word Word Word Word Word end. '.length,
      ],
      ['else at a clause', `${'word '.repeat(9)}so, ${'more '.repeat(8)}`, 'word '.length * 9 + 4],
      ['else at a word', 'word '.repeat(20), 60],
      ['in a fence at a line', `\`\`\`\n${'a line of code here;\n'.repeat(6)}`, 4 + 21 * 2],
      ['a line that is too long for itself between graphemes', '👩‍👩‍👧‍👦'.repeat(6), '👩‍👩‍👧‍👦'.length * 2],
    ])('cuts %s', (_name, text, first) => {
      expect(pieces(text, budget)[0]).toBe(text.slice(0, first));
    });

    it('holds back less than the budget', () => {
      fc.assert(
        fc.property(markdown, fc.integer({ min: 64, max: 400 }), (text, maxBytes) => {
          const segmenter = new Segmenter({ minChars: 10, afterMs: NEVER, maxBytes }, 0);
          let passed = '';
          for (const char of text) {
            for (const part of segmenter.push(char, 0)) if (part.type === 'text') passed += part.text;
          }
          expect(Buffer.byteLength(text) - Buffer.byteLength(passed)).toBeLessThanOrEqual(maxBytes);
        }),
      );
    });
  });

  it('changes nothing, whatever the chunks; and cuts at the same places', () => {
    fc.assert(
      fc.property(markdown, chunkSizes, budgets, (text, sizes, maxBytes) => {
        const cut = piecesOf(run(text, { maxBytes }, sizes));
        expect(cut.join('')).toBe(text);
        expect(cut).toEqual(piecesOf(run(text, { maxBytes }, [1])));
      }),
      { numRuns: 500 },
    );
  });

  it('makes no piece of white space alone, and tears no grapheme', () => {
    fc.assert(
      fc.property(markdown, budgets, (text, maxBytes) => {
        const cut = pieces(text, { maxBytes });
        // White space at the very end may be what does not fit.
        const full = maxBytes === undefined ? cut : cut.slice(0, -1);
        if (cut.length > 1) for (const piece of full) expect(piece.trim()).not.toBe('');
        const starts = new Set(Array.from(new Intl.Segmenter().segment(text), ({ index }) => index));
        let offset = 0;
        for (const piece of cut.slice(0, -1)) expect(starts).toContain((offset += piece.length));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every piece within its budget', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 64, max: 400 }), (text, maxBytes) => {
        for (const piece of pieces(text, { maxBytes }))
          expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(maxBytes);
      }),
      { numRuns: 500 },
    );
  });

  it('tears no fence, table or link where no budget forces it', () => {
    const whole = [
      '```ts\nconst a = 1. b;\n\n```\n',
      '| a. B | c. D |\n|---|---|\n| e. F | g |\n',
      '[a link. With text](https://x.y/z?a=b. C)',
    ];
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'A sentence of words. ',
            '这是一个句子。',
            '\n\n',
            ...whole.map((block) => `\n\n${block}\n\n`),
          ),
        ),
        (parts) => {
          const cut = pieces(parts.join(''));
          for (const block of whole) {
            const count = (text: string) => text.split(block).length - 1;
            expect(cut.reduce((sum, piece) => sum + count(piece), 0)).toBe(count(parts.join('')));
          }
        },
      ),
    );
  });
});
