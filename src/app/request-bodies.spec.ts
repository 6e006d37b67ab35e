import { takesNumbersAsIds } from './request-bodies.js';

describe('takesNumbersAsIds', () => {
  it.each([
    ['/chat', true],
    ['/chat/stream/', true],
    ['/api/chat', true],
    ['/api/feedback', true],
    ['/api/conversations/c', true],
    ['/v1/chat/completions', false],
    ['/api/documents', false],
  ])('on %s: %j', (path, expected) => {
    expect(takesNumbersAsIds(path)).toBe(expected);
  });
});
