/** Answers of many kinds, in two languages, made from a seed: for tests and figures of BREAK. */

const WORDS = {
  en: [
    'The service keeps each answer until its reader has it.',
    'A client sends one question, and waits.',
    'When the model fails in the middle of an answer, the service asks again and goes on after the text that the reader has.',
    'This takes 3.5 seconds at most, e.g. for a long prompt.',
    'Restart the worker after you change the file, then look at its log.',
    'Does it work without a database? It does.',
    'Each message has an id, a time, an owner and a text; the owner may be absent.',
    'Most teams begin with the default values, measure for a week, and change only what their own figures show to be wrong.',
    'Use a short name.',
    'The second step reads the index and skips what has not changed since the last run, so that it ends within a minute.',
    'Dr. Lee tried it twice, and it failed once.',
    'If you see an error here, check the address, the port and the key before anything else.',
  ],
  zh: [
    '服务会保存每个回答，直到接收方收到为止。',
    '客户端发送一个问题，然后等待。',
    '如果模型在回答中途出错，服务会重新请求，并从接收方已经收到的文字后面继续生成，不会从头开始。',
    '这最多需要3.5秒，例如提示词很长的时候。',
    '修改文件之后重启工作进程，再查看它的日志。',
    '没有数据库也能运行吗？可以。',
    '每条消息都有编号、时间、所有者和正文；所有者可以为空。',
    '大多数团队先使用默认值，测量一周，然后只修改自己的数据表明不合适的部分。',
    '名字要短。',
    '第二步读取索引，跳过上次运行之后没有变化的内容，因此可以在一分钟之内结束。',
    '李博士试了两次，其中一次失败了。',
    '如果这里出现错误，请先检查地址、端口和密钥，再看其他原因。',
  ],
} as const;

export type Language = keyof typeof WORDS;
export const LANGUAGES: readonly Language[] = ['en', 'zh'];

/** Pseudo-random numbers of the "mulberry32" generator: the same for the same seed. */
class Dice {
  constructor(private state: number) {}

  /** A whole number from `min` to `max`. */
  roll(min: number, max: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return min + (((mixed ^ (mixed >>> 14)) >>> 0) % (max - min + 1));
  }
}

/** Writes in one language. */
class Writer {
  constructor(
    private readonly language: Language,
    readonly dice: Dice,
  ) {}

  readonly sentence = (): string => {
    const pool = WORDS[this.language];
    return pool[this.dice.roll(0, pool.length - 1)] ?? pool[0];
  };
  readonly paragraph = (min = 2, max = 6): string =>
    this.many(this.dice.roll(min, max), this.sentence).join(this.language === 'en' ? ' ' : '');
  readonly title = (): string => (this.language === 'en' ? 'How it works' : '工作原理');
  readonly many = (count: number, make: (index: number) => string): string[] =>
    Array.from({ length: count }, (_, index) => make(index));
}

interface Kind {
  readonly name: string;
  /** It has parts that must not be torn, which may cost a message. */
  readonly isWhole?: boolean;
  /** The next block of the answer. */
  readonly block: (writer: Writer, index: number) => string;
  readonly between: string;
}

const code = ({ dice, many }: Writer) =>
  `\`\`\`ts\n${many(dice.roll(5, 25), (line) => `  const value${line} = await read(${line}, { retries: ${line % 4} });`).join('\n')}\n\`\`\``;
const table = ({ dice, many, sentence }: Writer) =>
  `| name | value | note |\n| --- | --- | --- |\n${many(dice.roll(3, 10), (row) => `| row ${row} | ${row * 7} | ${sentence()} |`).join('\n')}`;
const json = ({ dice, many, sentence }: Writer) =>
  `{\n${many(dice.roll(8, 20), (line) => `  "key_${line}": "${sentence()}"`).join(',\n')}\n}`;
const nested = ({ dice, many, sentence, paragraph }: Writer) =>
  [`- ${paragraph(1, 2)}`, ...many(dice.roll(2, 5), () => `  - ${sentence()}`)].join('\n');

export const KINDS: readonly Kind[] = [
  { name: 'prose', block: ({ paragraph }) => paragraph(), between: '\n\n' },
  { name: 'one paragraph', block: ({ sentence }) => sentence(), between: ' ' },
  {
    name: 'headed sections',
    block: (w) => `## ${w.title()}\n\n${w.paragraph()}\n\n${w.paragraph()}`,
    between: '\n\n',
  },
  { name: 'short sections', block: (w) => `### ${w.title()}\n${w.paragraph(1, 3)}`, between: '\n\n' },
  { name: 'flat list', block: ({ paragraph }) => `- ${paragraph(1, 2)}`, between: '\n' },
  { name: 'nested list', block: nested, between: '\n' },
  {
    name: 'numbered steps',
    block: (w, at) => `${at + 1}. **${w.title()}**\n   ${w.paragraph(1, 4)}`,
    between: '\n\n',
  },
  {
    name: 'table and text',
    isWhole: true,
    block: (w, at) => (at % 2 ? table(w) : w.paragraph()),
    between: '\n\n',
  },
  {
    name: 'code and text',
    isWhole: true,
    block: (w, at) => (at % 2 ? code(w) : w.paragraph(1, 3)),
    between: '\n\n',
  },
  {
    name: 'links',
    block: (w) =>
      `${w.sentence()} [${w.title()}](https://docs.example.com/guide/page?id=${w.dice.roll(1, 9999)})`,
    between: ' ',
  },
  {
    name: 'bare URLs',
    block: (w) => `https://docs.example.com/${'path/'.repeat(w.dice.roll(1, 12))}${w.dice.roll(1, 9999)}`,
    between: '\n',
  },
  {
    name: 'formulas',
    block: (w) => `${w.paragraph(1, 3)}\n\n$$\nx = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}\n$$`,
    between: '\n\n',
  },
  {
    name: 'emoji',
    block: (w) => `${['✅', '👨‍👩‍👧‍👦', '🇨🇳', '👍🏽', '🎉'][w.dice.roll(0, 4)]} ${w.sentence()}`,
    between: '\n',
  },
  {
    name: 'mixed',
    isWhole: true,
    block: (w, at) => [`## ${w.title()}\n\n${w.paragraph()}`, nested(w), code(w), table(w)][at % 4] ?? '',
    between: '\n\n',
  },
  { name: 'unbroken text', block: (w) => `${w.dice.roll(1, 9)}QmFzZTY0`, between: '' },
  {
    name: 'dialogue',
    block: (w, at) => (at % 2 ? `B: “${w.sentence()}”` : `A: “${w.paragraph(1, 3)}”`),
    between: '\n',
  },
  { name: 'quotes', block: (w) => `> ${w.paragraph(1, 4)}\n>\n> ${w.paragraph(1, 2)}`, between: '\n\n' },
  {
    name: 'JSON in a fence',
    isWhole: true,
    block: (w, at) => (at % 2 ? `\`\`\`json\n${json(w)}\n\`\`\`` : w.sentence()),
    between: '\n\n',
  },
  { name: 'JSON without one', block: (w, at) => `${at === 0 ? '[\n' : ''}${json(w)}`, between: ',\n' },
  { name: 'short lines', block: (w) => w.sentence().slice(0, w.dice.roll(5, 30)), between: '\n' },
];

/** An answer of a kind, of some `bytes` of UTF-8 or a block more. */
export function answerOf(
  kind: Kind,
  language: Language,
  { bytes, seed }: { bytes: number; seed: number },
): string {
  const writer = new Writer(language, new Dice(seed));
  const blocks = [kind.block(writer, 0)];
  while (Buffer.byteLength(blocks.join(kind.between)) < bytes) blocks.push(kind.block(writer, blocks.length));
  return blocks.join(kind.between);
}
