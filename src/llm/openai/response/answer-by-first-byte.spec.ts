import fc from 'fast-check';
import { AnswerByFirstByte } from './answer-by-first-byte.js';

const REQUEST = { messages: [{ role: 'user' as const, content: 'Hi' }] };
const STREAM =
  'data: {"choices":[{"delta":{"content":"Hé"}}]}\n\n' +
  'data: {"choices":[{"delta":{},"finish_reason":"length"}]}\n\n';
const JSON_BODY = JSON.stringify({ choices: [{ message: { content: 'Hé' }, finish_reason: 'length' }] });

function read(pieces: readonly Buffer[]): unknown {
  const answer = new AnswerByFirstByte(REQUEST);
  const said = pieces.map((piece) => answer.push(piece)).join('');
  const end = answer.end();
  return 'failure' in end ? end.failure.message : [said + end.text, end.finishReason];
}

describe('AnswerByFirstByte', () => {
  it.each([
    ['a stream', STREAM],
    ['JSON', JSON_BODY],
  ])('reads %s, whatever blanks stand before it and wherever it is cut', (_, body) => {
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\n', '\r\n', '\t'), maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom('', '\uFEFF'), blanks, fc.array(fc.nat()), (mark, before, places) => {
        const bytes = Buffer.from(mark + before + body);
        const inside = places.map((place) => place % bytes.length).sort((a, b) => a - b);
        const cuts = [0, ...inside, bytes.length];
        const pieces = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
        expect(read(pieces)).toEqual(['Hé', 'length']);
      }),
    );
  });

  it('tells the text of a stream as it comes', () => {
    const answer = new AnswerByFirstByte(REQUEST);
    expect([answer.state, answer.hasNewToken, answer.isCut]).toEqual(['open', false, false]);
    expect(answer.push(Buffer.from(STREAM))).toBe('Hé');
    expect([answer.state, answer.hasNewToken, answer.isCut]).toEqual(['closing', true, false]);
  });

  it('says that there is no answer in an empty body', () => {
    expect(read([])).toBe('the answer ended without a finish reason');
    expect(read([Buffer.from(' \n')])).toBe('the answer ended without a finish reason');
  });
});
