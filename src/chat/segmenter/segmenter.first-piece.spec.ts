import { Segmenter, type SegmenterOptions, type SegmenterOutput } from './segmenter.js';

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
