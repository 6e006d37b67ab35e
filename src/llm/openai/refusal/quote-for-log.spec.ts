import { quoteForLog, secretsOf, toConfidential } from './quote-for-log.js';

const nothing = { texts: [] };

describe('quoteForLog', () => {
  it('keeps what a server says', () => {
    expect(
      quoteForLog("The model 'qwen9' does not exist.", {
        secrets: ['sk-1234567'],
        texts: ['What is a model?'],
      }),
    ).toBe("The model 'qwen9' does not exist.");
  });

  it('makes one line of it', () => {
    expect(quoteForLog(' a\r\n\tb\u001b[31m c\u2028d ', nothing)).toBe('a b [31m c d');
  });

  it('cuts it to 300 characters, and no character in halves', () => {
    const quote = quoteForLog(`${'x'.repeat(299)}👋`, nothing);
    expect(quote).toBe(`${'x'.repeat(299)}\ufffd`);
  });

  it('takes the key out', () => {
    expect(
      quoteForLog('bad key sk-1234567890abcdef, and again sk-1234567890abcdef', {
        secrets: ['sk-1234567890abcdef'],
        texts: [],
      }),
    ).toBe('bad key […], and again […]');
  });

  it('takes a piece of a long text out, wherever it begins', () => {
    const text = 'The quick brown fox jumps over the lazy dog, as everybody knows.';
    for (let shift = 0; shift < 15; shift++) {
      const quote = quoteForLog(`${'-'.repeat(shift)}"${text.slice(4, 40)}"`, { texts: ['other', text] });
      expect(quote).toBe(`${'-'.repeat(shift)}"[…]"`);
    }
  });

  it('takes a text out whose line ends were changed', () => {
    expect(quoteForLog('got "one secret\ntwo"', { texts: ['one  secret\r\ntwo'] })).toBe('got "[…]"');
  });

  it('takes a short text out, but not a word', () => {
    expect(quoteForLog('cannot say "secret!" to him', { texts: ['secret!', 'to'] })).toBe(
      'cannot say "[…]" to him',
    );
  });

  it('does not let half a quotation through where it cuts', () => {
    const text = 'CANARY-0123456789-0123456789-CANARY';
    const quote = quoteForLog(`${'x'.repeat(290)}${text}`, { texts: [text] });
    expect(quote).toBe(`${'x'.repeat(290)}[…]`);
  });

  it('takes the headers of the target and the texts in the parameters out', () => {
    const target = {
      baseUrl: 'http://m/v1',
      model: 'm',
      apiKey: 'sk-123456',
      headers: { 'x-team': 'header-secret' },
    };
    const parameters = {
      stop: ['my private marker'],
      response_format: { json_schema: { name: 'private name' } },
    };
    const confidential = toConfidential({ secrets: secretsOf(target), messages: [], parameters });
    const said = 'got sk-123456, x-team=header-secret, stop=["my private marker"], "private name"';
    expect(quoteForLog(said, confidential)).toBe('got […], x-team=[…], stop=["[…]"], "[…]"');
  });
});
