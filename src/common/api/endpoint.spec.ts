import { oneOfBy } from './endpoint.js';

class TextDto {}
class CallDto {}

describe('A union of DTOs', () => {
  it('names the DTO of each value, and lists a DTO of two values once', () => {
    const about = { title: 'Part', description: 'A part of an answer' };
    const [text, call] = ['TextDto', 'CallDto'].map((name) => `#/components/schemas/${name}`);
    expect(oneOfBy('type', { text: TextDto, input_text: TextDto, call: CallDto }, about)).toEqual({
      ...about,
      oneOf: [{ $ref: text }, { $ref: call }],
      discriminator: { propertyName: 'type', mapping: { text, input_text: text, call } },
    });
  });
});
