import fc from 'fast-check';
import { readSentences, sentencesOf } from './sentences.js';

describe('sentences', () => {
  it('end where English and Chinese ones do', () => {
    expect(sentencesOf('Send it. Set v1.2 first! 先设置变量。再启动服务？好')).toEqual([
      'Send it. ',
      'Set v1.2 first! ',
      '先设置变量。',
      '再启动服务？',
      '好',
    ]);
  });

  it('joined are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sentencesOf(text).join('')).toBe(text);
      }),
    );
  });
});

describe('sentences of a long text', () => {
  it.each([
    ['short sentences', 'One is short. 两个都短。 '.repeat(2_000)],
    ['none', 'x'.repeat(50_000)],
    ['words and no end', 'word '.repeat(10_000)],
    ['pairs of surrogates', '🙂'.repeat(20_000)],
    ['pairs that begin at an odd place', 'x' + '🙂'.repeat(20_000)],
    ['line ends', '\n'.repeat(20_000)],
  ])('are all of it, and none of them is long: %s', (_, text) => {
    const read = [...readSentences(text)];
    expect(read.join('')).toBe(text);
    for (const sentence of read) {
      expect(sentence.length).toBeLessThanOrEqual(4_000);
      expect(sentence.isWellFormed()).toBe(true);
    }
  });

  it('are the same as those of a text that is read at once', () => {
    const text = 'One is short. 两个都短。 '.repeat(2_000);
    expect([...readSentences(text)]).toEqual(sentencesOf(text));
  });
});
