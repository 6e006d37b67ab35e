import {
  INDEX_LEXEME,
  ownerLexeme,
  toOwnerQuery,
  toTermQuery,
  toTermsVector,
  toTitleVector,
} from './terms-vector.js';

const clientId = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';

describe('the terms of a passage', () => {
  it('carry where they stand, and whose the passage is', () => {
    const vector = toTermsVector(
      { heading: 'Sending', text: 'Send feedback, feedback!' },
      { scope: 'client', clientId },
    );
    expect(vector).toBe(`'@client:${clientId}' '${INDEX_LEXEME}' 'send':1B,2 'feedback':3,4`);
    const title = toTitleVector('Feedback, sent', { scope: 'shared', clientId: null });
    expect(title).toBe(`'@shared' 'feedback':1A 'sent':2A`);
  });

  it('cannot break out of their literal, nor pass for an owner', () => {
    const text = `O'Reilly \\ ' & | ! :* @shared @client:${clientId} ＠service`;
    const vector = toTermsVector({ heading: null, text }, { scope: 'shared', clientId: null });
    expect(vector).toMatch(/^'@shared' '@index:\d+' 'o''reilli'|^'@shared' '@index:\d+' 'o''reilly'/);
    expect(vector.match(/'@/g)).toHaveLength(2);
  });

  it('are asked for in literals of their own', () => {
    expect(toTermQuery({ term: "o'x\\", isPrefix: false })).toBe("'o''x\\\\'");
    expect(toTermQuery({ term: '猫', isPrefix: true })).toBe("'猫':*");
  });

  it('belong to one owner each', () => {
    expect(ownerLexeme({ scope: 'service', clientId: null })).toBe('@service');
    expect(
      toOwnerQuery([
        { scope: 'client', clientId },
        { scope: 'shared', clientId: null },
      ]),
    ).toBe(`'@client:${clientId}' | '@shared'`);
  });
});
