import fc from 'fast-check';
import { decodeChatChunk } from './chat-chunk.js';
import { FramePattern } from './frame-pattern.js';

/** What a model server says in a frame, with all that may be around the text. */
const frame = (content: unknown, more: object = {}) =>
  JSON.stringify({
    id: 'chatcmpl-1',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
    ...more,
  });

function learned(payload: string): FramePattern {
  const pattern = new FramePattern();
  pattern.learn(payload, decodeChatChunk(payload));
  return pattern;
}

describe('FramePattern', () => {
  it('reads the text of a frame that differs in its text alone', () => {
    const pattern = learned(frame('one'));
    expect(pattern.read(frame(' two'))).toBe(' two');
    expect(pattern.read(frame('三'))).toBe('三');
    expect(pattern.read(frame(''))).toBe('');
  });

  it.each([
    ['another id', JSON.stringify({ ...(JSON.parse(frame('two')) as object), id: 'chatcmpl-2' })],
    ['a finish reason', frame('two').replace('null', '"stop"')],
    ['usage', frame('two', { usage: { prompt_tokens: 1, completion_tokens: 1 } })],
    ['an error', frame('two', { error: { message: 'no' } })],
    ['text with a quote', frame('a "two"')],
    ['text with an escape', frame('a\nb')],
    ['no JSON', frame('one').slice(0, -1)],
    ['a raw control character', frame('one').replace('one', 'o\u0001e')],
    ['less than what is around the text', '{"id"}'],
  ])('leaves to the parser a frame with %s', (_name, payload) => {
    expect(learned(frame('one')).read(payload)).toBeNull();
  });

  it.each([
    ['the role alone', '{"choices":[{"delta":{"role":"assistant"}}]}'],
    ['an empty text', frame('')],
    ['a text with an escape', frame('a\nb')],
    ['two texts', JSON.stringify({ choices: [{ delta: { content: 'a', extra: { content: 'a' } } }] })],
    ['a text as parts', frame([{ type: 'text', text: 'one' }])],
  ])('learns nothing from a frame with %s', (_name, payload) => {
    expect(learned(payload).read(payload)).toBeNull();
  });

  it('never reads other than the parser does', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\\', '","', '"}', '\\"', 'content'),
    );
    const around = fc.record({ id: fc.string(), note: fc.string() }, { requiredKeys: [] });
    fc.assert(
      fc.property(text, text, around, (first, second, more) => {
        const pattern = learned(frame(first, more));
        const payload = frame(second, more);
        const read = pattern.read(payload);
        if (read !== null) expect(read).toBe(decodeChatChunk(payload).text);
      }),
    );
  });

  it('never takes for a frame what the parser refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (middle) => {
        const payload = frame('one').replace('one', () => middle);
        if (learned(frame('one')).read(payload) !== null)
          expect(() => decodeChatChunk(payload)).not.toThrow();
      }),
    );
  });
});
