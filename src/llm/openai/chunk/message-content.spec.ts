import fc from 'fast-check';
import { decodeMessage, type RawMessage } from './message-content.js';

const THOUGHT = 'Let me think.';

describe('decodeMessage', () => {
  it.each<[string, unknown]>([
    ['parts without a type', [{ text: 'He' }, { type: null, text: 'llo' }]],
    ['strings in place of parts', ['He', 'llo']],
    ['parts of the Responses API', [{ type: 'output_text', text: 'Hello' }]],
    [
      'a mixture, and a part that is no text',
      ['He', { text: 'llo' }, { type: 'image_url', text: 'x' }, null, 7],
    ],
  ])('reads text from %s', (_, content) => {
    expect(decodeMessage({ content })).toMatchObject({ text: 'Hello', reasoning: '', hasToken: true });
  });

  it.each<[string, RawMessage]>([
    ['reasoning_content', { reasoning_content: THOUGHT }],
    ['reasoning', { content: '', reasoning: THOUGHT }],
    ['the first of both that has text', { reasoning_content: '', reasoning: THOUGHT }],
    ['a part with a string', { content: [{ type: 'thinking', thinking: THOUGHT }] }],
    [
      'a part with parts',
      {
        content: [
          {
            type: 'thinking',
            thinking: [
              { type: 'text', text: 'Let me' },
              { type: 'reference', reference_ids: [1] },
              { type: 'text', text: ' think.' },
            ],
          },
        ],
      },
    ],
    ['a part of type reasoning', { content: [{ type: 'reasoning', text: THOUGHT }] }],
    [
      'a part with a summary',
      { content: [{ type: 'reasoning', summary: [{ type: 'text', text: THOUGHT }] }] },
    ],
    ['details with text', { reasoning_details: [{ type: 'reasoning.text', text: THOUGHT }] }],
    ['details with a summary', { reasoning_details: [{ type: 'reasoning.summary', summary: THOUGHT }] }],
    ['one of two that are equal', { reasoning: THOUGHT, reasoning_details: [{ text: THOUGHT }] }],
  ])('reads reasoning from %s', (_, said) => {
    expect(decodeMessage(said)).toEqual({ text: '', reasoning: THOUGHT, hasToken: true });
  });

  it.each<[string, RawMessage]>([
    ['details', { content: '', reasoning_details: [{ type: 'reasoning.encrypted', data: 'b64==' }] }],
    ['a part', { content: [{ type: 'redacted_thinking', data: 'b64==' }] }],
  ])('takes encrypted reasoning in %s for a token without text', (_, said) => {
    expect(decodeMessage(said)).toEqual({ text: '', reasoning: '', hasToken: true });
  });

  it.each<[string, RawMessage]>([
    ['empty details', { reasoning_details: [] }],
    ['details of another type', { reasoning_details: 'no' }],
    [
      'a part without anything',
      { content: [{ type: 'thinking' }, { type: 'redacted_thinking', data: 5 }, null] },
    ],
    ['reasoning that is no text', { reasoning: { effort: 'high' } }],
    ['an empty refusal', { content: null, refusal: '' }],
  ])('reads no token from %s', (_, said) => {
    expect(decodeMessage(said)).toEqual({ text: '', reasoning: '', hasToken: false });
  });

  it.each<[string, RawMessage]>([
    ['content', { content: 'No.' }],
    ['a refusal', { content: null, refusal: 'No.' }],
    ['a refusal beside empty content', { content: '', refusal: 'No.' }],
    ['content beside a refusal that is null', { content: 'No.', refusal: null }],
    ['a text part', { content: [{ type: 'text', text: 'No.' }] }],
  ])('reads text from %s', (_, said) => {
    expect(decodeMessage(said)).toEqual({ text: 'No.', reasoning: '', hasToken: true });
  });

  it('reads text and reasoning of any value', () => {
    const part = fc.oneof(
      fc.constantFrom(null, 1, 'x', true, {}, [], [null]),
      fc.record({ type: fc.constantFrom('text', 'thinking', 'reasoning', 5), text: fc.jsonValue() }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const value = fc.oneof(part, fc.array(part));
    const message = fc.record(
      {
        content: value,
        refusal: value,
        reasoning_content: value,
        reasoning: value,
        reasoning_details: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(message, (said) => {
        const { text, reasoning } = decodeMessage(said);
        expect([typeof text, typeof reasoning]).toEqual(['string', 'string']);
      }),
    );
  });
});
