import fc from 'fast-check';
import { widthOf } from '../../common/text/script.js';
import { MAX_PASSAGE_WIDTH, splitDocument, TARGET_WIDTH } from './passage-splitter.js';
import { runs } from '../../../test/property/runs.js';

const sentence = (index: number) => `This is sentence ${index} and it says a little about something. `;
const bare = (text: string) => text.replaceAll(/\s/g, '');

describe('splitting a document', () => {
  it('makes a passage of each section, under its headings', () => {
    const text = '# Guide\n\nIntro.\n\n## Feedback\n\n### Sending\n\nSend it.\n\n## Health\n\nLook.\n';
    expect(splitDocument(text, 'markdown', 'Guide')).toEqual([
      { heading: null, text: '# Guide\n\nIntro.' },
      { heading: 'Feedback > Sending', text: '## Feedback\n\n### Sending\n\nSend it.' },
      { heading: 'Health', text: '## Health\n\nLook.' },
    ]);
  });

  it.each([
    [
      'a heading that is long, above short sections',
      '# ' + 'x'.repeat(400_000) + '\n' + '## a\nb\n'.repeat(62_000),
    ],
    ['the same, shorter', '# ' + 'x'.repeat(60_000) + '\n' + '## a\nb\n'.repeat(5_000)],
    ['short sections', '# a\nb\n'.repeat(150_000)],
    ['sections without a heading', '#\na\n'.repeat(3_000)],
    [
      'six levels of long headings',
      [1, 2, 3, 4, 5, 6].map((level) => `${'#'.repeat(level)} ${'字'.repeat(500)}\n`).join('') +
        '####### a\n###### b\nc\n'.repeat(10_000),
    ],
  ])('makes no more of %s than the document has', (_, content) => {
    const drafts = splitDocument(content, 'markdown');
    expect(drafts.length).toBeLessThanOrEqual(102 + widthOf(content) / 150);
    const kept = drafts.reduce((sum, { heading, text }) => sum + text.length + (heading ?? '').length, 0);
    expect(kept).toBeLessThan(4 * content.length + 50_000);
    expect(bare(drafts.map(({ text }) => text).join(''))).toBe(bare(content));
  });

  it('names what the sections of one passage have in common', () => {
    const section = (index: number) => `## Part ${index}\n\ntext ${index}\n\n`;
    const content = `# Guide\n\n${Array.from({ length: 400 }, (_, index) => section(index)).join('')}`;
    const drafts = splitDocument(content, 'markdown');
    expect(drafts[1]).toEqual({ heading: 'Guide > Part 1', text: '## Part 1\n\ntext 1' });
    const shared = drafts.filter(({ text }) => text.split('## Part').length > 2);
    expect(shared.length).toBeGreaterThan(0);
    expect(new Set(shared.map(({ heading }) => heading))).toEqual(new Set(['Guide']));
  });

  it('keeps the innermost headings where a path is long', () => {
    const title = (name: string) => `${name} ${'word '.repeat(20)}`.trim();
    const content = `# ${title('a')}\n## ${title('b')}\n### ${title('c')}\ntext`;
    expect(splitDocument(content, 'markdown')[0]?.heading).toBe(`${title('b')} > ${title('c')}`);
  });

  it('keeps headings without text', () => {
    expect(splitDocument('# A\n## B\n# C', 'markdown')).toEqual([{ heading: 'C', text: '# A\n## B\n# C' }]);
  });

  it('merges short paragraphs and cuts long ones at sentences', () => {
    const long = Array.from({ length: 30 }, (_, index) => sentence(index)).join('');
    const drafts = splitDocument(`One.\n\nTwo.\n\n${long}`, 'text');
    expect(drafts.length).toBeGreaterThan(2);
    expect(drafts[0]?.text).toMatch(/^One\.\n\nTwo\./);
    for (const { text } of drafts) {
      expect(text.length).toBeLessThanOrEqual(TARGET_WIDTH);
      expect(text).toMatch(/\.$/);
    }
  });

  it('cuts Chinese at its sentences', () => {
    const drafts = splitDocument('服务会保存每一次提问和回答。你可以随时查询！'.repeat(60), 'text');
    expect(drafts.length).toBeGreaterThan(2);
    for (const { text } of drafts) expect(text).toMatch(/[。！]$/);
  });

  it.each([
    ['a code fence', '```sh\n' + 'curl -X POST http://localhost/api/feedback\n'.repeat(25) + '```'],
    [
      'a table',
      '| name | meaning |\n|---|---|\n' + '| HOST | the address to listen on |\n'.repeat(35).trim(),
    ],
  ])('keeps %s in one piece, with its introduction', (_, block) => {
    const drafts = splitDocument(`## H\n\nFor example:\n\n${block}\n\n${sentence(1).repeat(5)}`, 'markdown');
    expect(drafts[0]?.text).toBe(`## H\n\nFor example:\n\n${block}`);
  });

  it('cuts a fence that is too large for a passage at its lines', () => {
    const drafts = splitDocument('```\n' + 'one line of code;\n'.repeat(300) + '```', 'markdown');
    expect(drafts.length).toBeGreaterThan(2);
    for (const { text } of drafts.slice(1, -1)) expect(text).toMatch(/^one line[\s\S]*;$/);
  });

  const unit = fc.constantFrom(
    ...[
      '# ',
      '## ',
      '- ',
      '```\n',
      '|a|b|\n',
      '|-|-|\n',
      '\n',
      '\n\n',
      ' ',
      'word ',
      '句子。',
      'End. ',
      '🙂',
      '\r\n',
    ],
    'x'.repeat(900),
    '长'.repeat(500),
    '    code\n',
  );
  it.each(['markdown', 'text'] as const)('loses no text of %s, and keeps to the size', (format) => {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 120 }), (content) => {
        const drafts = splitDocument(content, format);
        expect(bare(drafts.map(({ text }) => text).join(''))).toBe(bare(content));
        for (const { heading, text } of drafts) {
          expect(text.trim()).not.toBe('');
          expect(text.isWellFormed()).toBe(true);
          expect(widthOf(text)).toBeLessThanOrEqual(MAX_PASSAGE_WIDTH);
          expect((heading ?? '').length).toBeLessThanOrEqual(500);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  it.each([
    'a',
    ' ',
    '\n',
    '#',
    '# ',
    '|',
    '|\n',
    '- ',
    '`',
    '```\n',
    '=\n',
    '-',
    '. ',
    '。',
    '🙂',
    '字',
    '\u0301',
  ])('cuts a megabyte of %j: anything quadratic would not end', (mark) => {
    const content = mark.repeat(1_000_000 / mark.length);
    const drafts = splitDocument(content, 'markdown');
    expect(bare(drafts.map(({ text }) => text).join('')).length).toBe(bare(content).length);
  });
});
