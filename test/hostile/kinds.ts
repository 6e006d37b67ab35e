/** Requests that cost a service far more than they cost the caller who sends them. */

/** A request, sent by one caller `times` times at once. */
export interface Kind {
  readonly name: string;
  readonly path: string;
  readonly body: () => unknown;
  /** By default once. */
  readonly times?: number;
  /** Is part of the short run. */
  readonly isShort?: true;
}

const UID = '00000000-0000-4000-8000-000000000001';

/** Bytes of JSON that fit the default body limit of 1 MiB, with room for the rest of the body. */
const LONG = 1_000_000;

const fill = (piece: string, length = LONG) =>
  piece.repeat(Math.floor(length / (Buffer.byteLength(JSON.stringify(piece)) - 2)));

/** `count` different Chinese characters. */
const characters = (count: number) =>
  Array.from({ length: count }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');

/** `count` different words. */
const words = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${index.toString(36)}`).join(' ');

function document(name: string, content: () => string, rest: Omit<Partial<Kind>, 'body'> = {}): Kind {
  return {
    name,
    path: '/api/documents',
    body: () => ({ title: 't', source: 's', content: content() }),
    ...rest,
  };
}

function search(name: string, query: () => string, rest: Omit<Partial<Kind>, 'body'> = {}): Kind {
  return { name, path: '/api/knowledge/search', body: () => ({ query: query(), limit: 50 }), ...rest };
}

const SHORT = { isShort: true } as const;

export const KINDS: readonly Kind[] = [
  document('heading-long', () => `# ${fill('x', 400_000)}\n${'## a\nb\n'.repeat(62_000)}`, SHORT),
  document('heading-short', () => `# ${fill('x', 60_000)}\n${'## a\nb\n'.repeat(5_000)}`, SHORT),
  document('short-lines', () => fill('# a\nb\n'), SHORT),
  {
    name: 'title-terms',
    path: '/api/documents',
    body: () => ({ title: characters(500), source: 's', content: '#\na\n'.repeat(3_000) }),
    ...SHORT,
  },
  document('six headings', () => {
    const above = [1, 2, 3, 4, 5].map((level) => `${'#'.repeat(level)} ${characters(500)}\n`).join('');
    return above + fill('###### a\nb\n', 900_000);
  }),
  document('one line', () => fill('x')),
  document('one Chinese line', () => fill('数据库')),
  document('ligature document', () => fill('\ufdfa')),
  document('Thai without spaces', () => fill('ภาษาไทยง่ายนิดเดียว')),
  document('open fence', () => `\`\`\`\n${fill('a\n')}`),
  document('fences', () => fill('```\n')),
  document('table', () => fill('|a|b|\n')),
  document('items', () => fill('- a\n')),
  document('quotes', () => fill('> ')),
  document('links', () => fill('[a](b) ')),
  document('blank lines', () => `${fill('\n')}a`),
  document('CR', () => fill('a\r')),
  document('U+2028', () => fill('a\u2028')),
  document('front matter', () => `---\n${fill('a\n')}`),
  document('underlined', () => fill('a\n==\n')),
  document('different words', () => words(200_000).slice(0, LONG)),
  document('five at once', () => fill('Sentence of a saga. 传奇故事。\n\n'), { times: 5 }),
  {
    name: 'metadata',
    path: '/api/documents',
    body: () => {
      const metadata = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, 0]));
      return { title: 't', source: 's', content: 'c', metadata };
    },
  },
  search('ligature', () => '\ufdfa'.repeat(32_000), SHORT),
  search('ligatures, ten at once', () => '\ufdfa'.repeat(32_000), { times: 10 }),
  search('different terms', () => words(32_000).slice(0, 32_000)),
  search('different pairs', () => characters(20_000)),
  search('a long word', () => 'x'.repeat(32_000)),
  search('Thai question', () => 'ภาษาไทย'.repeat(4_500)),
  search('words of all chunks, 30 at once', () => 'sentence saga 传奇故事 a b x w1 w2 数据库', {
    times: 30,
  }),
  {
    name: 'template',
    path: '/api/prompts/x/render',
    body: () => ({ question: '数'.repeat(32_000), template: '{{question}}'.repeat(2_660) }),
    ...SHORT,
  },
  {
    name: 'history in a template',
    path: '/api/prompts/x/render',
    body: () => ({
      question: 'q',
      template: '{{history}}'.repeat(2_900),
      history: Array.from({ length: 9 }, () => ({ role: 'user', content: 'h'.repeat(100_000) })),
    }),
  },
  {
    name: 'context in a template',
    path: '/api/prompts/x/render',
    body: () => ({ question: 'q', template: '{{context}}'.repeat(2_900), context: 'c'.repeat(100_000) }),
  },
  {
    name: 'qa-prompt',
    path: '/api/chat',
    body: () => ({ question: 'x'.repeat(32_000), uid: UID, qa_prompt: '{question}'.repeat(800) }),
    times: 5,
    ...SHORT,
  },
  {
    name: 'a long question to the built-in model',
    path: '/api/chat',
    body: () => ({ question: `sentence saga 传奇故事 ${words(8_000)}`.slice(0, 32_000), uid: UID }),
    times: 5,
  },
  {
    name: 'members',
    path: '/chat',
    body: () => ({
      query: 'a',
      stream: false,
      ...Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, 0])),
    }),
    ...SHORT,
  },
];
