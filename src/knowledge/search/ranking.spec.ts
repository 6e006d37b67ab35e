import { queryTerms } from '../../common/text/terms.js';
import type { PassageCandidate, PassageMatches } from './passage.repository.js';
import { rankPassages } from './ranking.js';

function candidate(source: string, ranks: number[], rest: Partial<PassageCandidate> = {}): PassageCandidate {
  return {
    documentId: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
    position: 0,
    title: 't',
    source,
    scope: 'client',
    heading: null,
    text: 'text',
    metadata: {},
    ranks,
    ...rest,
  };
}

/** `found`: how many of 100 passages contain each term of the question. */
function rank(text: string, found: number[], candidates: PassageCandidate[]): string[] {
  const matches: PassageMatches = { candidates, readable: 100, found };
  return rankPassages({ text, terms: queryTerms(text) }, matches).map((ranked) => ranked.candidate.source);
}

describe('the ranking of passages', () => {
  it('puts a rare term before a common one', () => {
    expect(
      rank('feedback service', [2, 60], [candidate('common', [0, 0.3]), candidate('rare', [0.3, 0])]),
    ).toEqual(['rare']);
  });

  it('puts the complete question before a prominent part of it', () => {
    const candidates = [candidate('part', [0.6, 0]), candidate('complete', [0.25, 0.25])];
    expect(rank('create key', [10, 10], candidates)).toEqual(['complete', 'part']);
  });

  it('puts the title before the text', () => {
    expect(rank('feedback', [5], [candidate('text', [0.25]), candidate('title', [0.6])])).toEqual([
      'title',
      'text',
    ]);
  });

  it.each([
    ['a common word of an unrelated question', 'weather in the service station', [0, 50, 0], [0, 0.5, 0]],
    ['one word of many', 'flat tire bicycle wheel upload', [0, 0, 0, 0, 10], [0, 0, 0, 0, 0.4]],
  ])('leaves out what shares only %s', (_, question, found, ranks) => {
    expect(rank(question, found, [candidate('a', ranks)])).toEqual([]);
  });

  it('keeps two rare words of a long question', () => {
    const question = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
    const found = Array.from({ length: 30 }, (_, index) => (index < 2 ? 1 : 0));
    expect(
      rank(question, found, [
        candidate(
          'a',
          found.map((count) => count * 0.3),
        ),
      ]),
    ).toEqual(['a']);
  });

  it('leaves out what the best one outshines', () => {
    expect(rank('feedback', [9], [candidate('best', [0.9]), candidate('faint', [0.1])])).toEqual(['best']);
  });

  it('prefers the language of the question', () => {
    const candidates = [
      candidate('en', [0.3], { text: 'Use `vllm` so.' }),
      candidate('zh', [0.3], { text: '这样使用 vllm。' }),
    ];
    expect(rank('vllm', [2], candidates)[0]).toBe('en');
    expect(
      rank(
        '连接 vllm',
        [2, 2],
        candidates.map((one) => ({ ...one, ranks: [0, 0.3] })),
      )[0],
    ).toBe('zh');
  });

  it('prefers a team’s documents to the service’s own, when they say as much', () => {
    const candidates = [candidate('a', [0.3], { scope: 'service' }), candidate('b', [0.3])];
    expect(rank('feedback', [2], candidates)).toEqual(['b', 'a']);
  });

  it('orders equals by source and position, whatever order they come in', () => {
    const candidates = [
      candidate('b', [0.3]),
      candidate('a', [0.3], { position: 1 }),
      candidate('a', [0.3], { heading: 'first' }),
    ];
    const ranked = (given: PassageCandidate[]) =>
      rankPassages(
        { text: 'feedback', terms: queryTerms('feedback') },
        { candidates: given, readable: 9, found: [3] },
      ).map((one) => [one.candidate.source, one.candidate.position]);
    const expected = [
      ['a', 0],
      ['a', 1],
      ['b', 0],
    ];
    expect(ranked(candidates)).toEqual(expected);
    expect(ranked(candidates.toReversed())).toEqual(expected);
  });
});
