import fc from 'fast-check';
import { markdown, soup, tornBy, wholesOf } from '../../test/support/text/made-markdown.js';
import { chunksOf, cutsOf, cutting, expectWholeGraphemes } from '../../test/support/text/segmented-text.js';
import { Segmenter, type SegmenterOptions, type SegmenterOutput } from './segmenter.js';
import { runs } from '../../test/property/runs.js';

/** As `--channel wechat` sets them. */
const OPTIONS = { minChars: 600, afterMs: 15_000, maxBytes: 2_048, firstMs: 4_000 };

interface Said {
  readonly pieces: string[];
  /** When each piece but the last was cut, in ms since the start. */
  readonly atMs: number[];
}

/** The text as a model says it, three characters at a time, on a virtual clock. */
function said(text: string, perSecond = 15, options: SegmenterOptions = OPTIONS): Said {
  const segmenter = new Segmenter(options, 0);
  const pieces = [''];
  const atMs: number[] = [];
  const take = (outputs: readonly SegmenterOutput[], ms: number) => {
    for (const output of outputs) {
      if (output.type === 'text') pieces[pieces.length - 1] += output.text;
      else {
        atMs.push(ms);
        pieces.push('');
      }
    }
  };
  const everyMs = 3_000 / perSecond;
  const chunks = text.match(/.{1,3}/gsu)!;
  for (const [index, chunk] of chunks.entries()) {
    const ms = (index + 1) * everyMs;
    take(segmenter.push(chunk, ms), ms);
  }
  take(segmenter.flush(), chunks.length * everyMs);
  expect(pieces.join('')).toBe(text);
  return { pieces, atMs };
}

const bytesOf = (pieces: readonly string[]) => pieces.map((piece) => Buffer.byteLength(piece));

const TABLE = `| 选项 | 说明 |\n| --- | --- |\n${'| `max_bytes` | 每条消息的字节上限，默认不限制 |\n'.repeat(20)}`;
const CODE = `\`\`\`ts\n${'const answer = await ask(question);\n'.repeat(25)}\`\`\`\n`;

describe('The first message to somebody who waits', () => {
  it.each([
    ['English', 'It ends where a sentence does. '.repeat(194)],
    ['Chinese', '分段器决定一条消息在哪里结束，下一条在哪里开始。'.repeat(75)],
  ])('comes after about 4 s, the others are as full as may be: %s', (_, text) => {
    const { pieces, atMs } = said(text);
    expect(atMs[0]).toBeGreaterThanOrEqual(4_000);
    expect(atMs[0]).toBeLessThan(6_500);
    expect(pieces[0]).toMatch(/[.。] ?$/);
    const rest = Buffer.byteLength(text) - Buffer.byteLength(pieces[0]!);
    expect(pieces.length - 1).toBe(Math.ceil(rest / OPTIONS.maxBytes));
    for (const bytes of bytesOf(pieces)) expect(bytes).toBeLessThanOrEqual(OPTIONS.maxBytes);
  });

  it('is as before where there is no budget', () => {
    const options = { minChars: 600, afterMs: 60_000, firstMs: 4_000 };
    const { atMs } = said('The segmenter decides where it ends. '.repeat(41), 15, options);
    expect(atMs[0]).toBeLessThan(6_500);
    expect(atMs[1]! - atMs[0]!).toBeGreaterThanOrEqual(40_000);
  });

  it.each([
    ['a table', 30, '下表列出了全部选项：\n\n', TABLE],
    ['a table without a blank line', 30, 'All of them:\n', TABLE],
    ['a fence', 15, '用下面的代码：\n\n', CODE],
    ['a fence after more than one sentence', 15, 'One. Two.\n\nDo this:\n\n', CODE],
    ['a fence below a heading', 15, 'So it is done.\n\n', `## Code\n\n${CODE}`],
    ['a formula', 15, 'It follows that\n\n', `$$\n${'a = b + c \\\\\n'.repeat(40)}$$\n`],
  ])('is what announces a block that is still being said: %s', (_, perSecond, intro, block) => {
    const { pieces, atMs } = said(`${intro}${block}\n完。`, perSecond);
    expect(atMs[0]).toBeGreaterThanOrEqual(4_000);
    expect(atMs[0]).toBeLessThan(4_500);
    expect(pieces).toEqual([intro, `${block}\n完。`]);
  });

  it('is what announces a block that the model stops in', () => {
    const segmenter = new Segmenter(OPTIONS, 0);
    segmenter.push('See:\n\n| a | b |\n', 1_000);
    expect(segmenter.wakeAt).toBe(4_000);
    expect(segmenter.tick(4_000)).toEqual([{ type: 'cut' }, { type: 'text', text: '| a | b |\n' }]);
    expect(segmenter.wakeAt).toBeNull();
  });

  it.each([
    ['a table', TABLE],
    ['a fence', CODE],
    ['a heading and its table', `## 选项\n\n${TABLE}`],
  ])('ends with the block that it begins with, for no block is torn for time: %s', (_, block) => {
    const { pieces, atMs } = said(`${block}\n完。`, 15);
    expect(pieces).toEqual([`${block}\n`, '完。']);
    expect(atMs[0]).toBeLessThan((block.length / 15) * 1_000 + 500);
  });

  it('is cut at the end of what a silent model said, and only it', () => {
    const segmenter = new Segmenter(OPTIONS, 0);
    segmenter.push('One sentence.', 1_000);
    expect(segmenter.wakeAt).toBe(4_000);
    expect(segmenter.tick(4_000)).toEqual([{ type: 'cut' }]);
    segmenter.push(' Two.', 5_000);
    expect(segmenter.wakeAt).toBeNull();
    expect(segmenter.tick(60_000)).toEqual([]);
  });

  it('waits no longer because an attempt was void', () => {
    const segmenter = new Segmenter(OPTIONS, 0);
    segmenter.push('One. Tw', 3_500);
    segmenter.restart(3_900);
    expect(segmenter.push('One. Two.', 4_000)).toEqual([
      { type: 'text', text: 'One. ' },
      { type: 'cut' },
      { type: 'text', text: 'Two.' },
    ]);
  });
});

describe('The message after a short first one', () => {
  const sentence = '分段器决定一条消息在哪里结束，下一条在哪里开始。';
  /** A headed section of so many bytes; its text is one paragraph. */
  const section = (number: number, bytes: number) => {
    const head = `## 第${number}节\n\n`;
    const text = sentence.repeat(100).slice(0, Math.floor((bytes - Buffer.byteLength(head)) / 3) - 1);
    return `${head}${text}。`;
  };

  it.each([
    ['56 %', 1_945, 60],
    ['42 %', 1_945, 82],
  ])('ends before a heading that comes at %s of the budget, and so do all', (_, bytes, perSecond) => {
    const text = [1, 2, 3, 4].map((number) => section(number, bytes)).join('\n\n');
    const { pieces, atMs } = said(text, perSecond);
    expect(atMs[0]).toBeLessThan(4_500);
    expect(pieces).toHaveLength(5);
    for (const piece of pieces.slice(2)) expect(piece).toMatch(/^## /);
    for (const size of bytesOf(pieces)) expect(size).toBeLessThanOrEqual(OPTIONS.maxBytes);
  });

  it('ends before an item of the outer list that comes at half of the budget', () => {
    const item = (bytes: number) => `- ${sentence.repeat(40).slice(0, Math.floor(bytes / 3))}。\n`;
    const { pieces } = said(`${sentence.repeat(4)}\n\n${item(1_000)}${item(1_800)}${item(1_800)}`, 20);
    for (const piece of pieces.slice(-2)) expect(piece).toMatch(/^- /);
    expect(pieces).toHaveLength(4);
  });

  it('is as full as the budget allows where a heading would leave more than 60 % of it unused', () => {
    const text = `${sentence.repeat(16)}\n\n${section(2, 4_000)}`;
    const { pieces } = said(text, 60);
    expect(Buffer.byteLength(pieces[1]!)).toBeGreaterThan(1_900);
  });

  it('keeps its heading while a table after it is held back', () => {
    const rest = `${sentence.repeat(14)}\n\n## 第2节\n\n${sentence}\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n`;
    const { pieces } = said(`${sentence.repeat(10)}${rest}${sentence.repeat(20)}`, 60);
    expect(pieces[2]).toMatch(/^## /);
  });
});

describe('The first message of an answer that is a nested list', () => {
  const inner = '     * 子项说明一件事，不长也不短。\n';
  const list = (inners: number) =>
    Array.from({ length: 6 }, (_, at) => `  ${at + 1}. 外层的一项\n${inner.repeat(inners)}`).join('');

  it.each([2, 3, 5])(
    'ends before an item of the outer list that comes soon: %i inner ones each',
    (inners) => {
      const { pieces, atMs } = said(list(inners), 30);
      expect(pieces[1]).toMatch(/^ {2}\d\. /);
      expect(atMs[0]).toBeGreaterThanOrEqual(4_000);
      expect(atMs[0]).toBeLessThan(6_500);
    },
  );

  it.each([
    ['of inner items', `1. 外层的一项\n${inner.repeat(40)}`],
    ['of sentences in one item', `- ${'子项说明一件事。'.repeat(60)}`],
  ])('ends with a sentence soon after where none comes: %s', (_, text) => {
    const { atMs } = said(text, 15);
    expect(atMs[0]).toBeGreaterThanOrEqual(6_000);
    expect(atMs[0]).toBeLessThan(8_000);
  });

  it('ends before its list without more ado', () => {
    const { pieces, atMs } = said(`${'说明'.repeat(26)}：\n${list(4)}`, 15);
    expect(pieces[0]).toMatch(/：\n$/);
    expect(atMs[0]).toBeLessThan(4_500);
  });

  it('waits for the outer item in silence, too, but not for long', () => {
    const segmenter = new Segmenter(OPTIONS, 0);
    segmenter.push('- One.\n  - Two.\n', 3_900);
    const cutAt: number[] = [];
    for (let ms = 3_900; ms < 12_000 && segmenter.wakeAt !== null;) {
      ms = segmenter.wakeAt;
      if (segmenter.tick(ms).some(({ type }) => type === 'cut')) cutAt.push(ms);
    }
    expect(cutAt).toHaveLength(1);
    expect(cutAt[0]).toBeGreaterThanOrEqual(6_000);
    expect(cutAt[0]).toBeLessThan(7_500);
  });
});

describe('A first message that is cut by time, whatever is said and however slowly', () => {
  function piecesInTime(chunks: readonly string[], everyMs: number, options: SegmenterOptions): string[] {
    const segmenter = new Segmenter(options, 0);
    const outputs = chunks.flatMap((chunk, index) => segmenter.push(chunk, index * everyMs));
    const marked = [...outputs, ...segmenter.flush()].map((output) =>
      output.type === 'cut' ? '\u0000' : output.text,
    );
    return marked.join('').split('\u0000');
  }
  const options$ = fc.record({
    minChars: fc.integer({ min: 1, max: 60 }),
    afterMs: fc.constantFrom(0, 1e9),
    firstMs: fc.integer({ min: 1, max: 8_000 }),
    maxBytes: fc.integer({ min: 64, max: 2_100 }),
  });
  const everyMs$ = fc.integer({ min: 1, max: 3_000 });

  it('loses no text, tears no grapheme, exceeds no budget and begins no message blank', () => {
    fc.assert(
      fc.property(soup, options$, cutting, everyMs$, (text, options, by, everyMs) => {
        const pieces = piecesInTime(chunksOf(text, by), everyMs, options);
        expect(pieces.join('')).toBe(text);
        expectWholeGraphemes(pieces);
        if (pieces.length > 1) expect(pieces[0]?.trim()).not.toBe('');
        for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(options.maxBytes);
      }),
      { numRuns: runs(100) },
    );
  });

  it('tears nothing that would fit into a message', () => {
    fc.assert(
      fc.property(markdown, options$, cutting, everyMs$, (parts, options, by, everyMs) => {
        const text = parts.map((part) => part.text).join('');
        const fitting = wholesOf(parts).filter(
          (part) => Buffer.byteLength(part.text) + 6 <= options.maxBytes && !part.text.startsWith('a | b'),
        );
        expect(tornBy(cutsOf(piecesInTime(chunksOf(text, by), everyMs, options)), fitting)).toEqual([]);
      }),
      { numRuns: runs(100) },
    );
  });
});
