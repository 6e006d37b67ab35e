import fc from 'fast-check';
import { sentencesOf } from './sentences.js';

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
