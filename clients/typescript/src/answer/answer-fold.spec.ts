import fc from 'fast-check';
import { foldFrame, NOTHING_YET, toAnswer, toPartialAnswer } from './answer-fold.js';
import type { FrameContent } from './answer-frame.js';

const fold = (frames: readonly FrameContent[]) => frames.reduce(foldFrame, NOTHING_YET);

const text = (value: string): FrameContent => ({ type: 'text', text: value });
const thought = (value: string): FrameContent => ({ type: 'reasoning', reasoning: value });
const retrying: FrameContent = { type: 'retrying' };
const pieceEnd: FrameContent = { type: 'break' };

const frame = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }).map(text) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }).map(thought) },
  { weight: 1, arbitrary: fc.constantFrom(retrying, pieceEnd) },
);

/** The list, cut at each frame of that type, which is in none of the parts. */
function split(frames: readonly FrameContent[], type: FrameContent['type']): FrameContent[][] {
  const parts: FrameContent[][] = [[]];
  for (const one of frames) {
    if (one.type === type) parts.push([]);
    else parts.at(-1)!.push(one);
  }
  return parts;
}

/** What the protocol says, in other words: of each message, what follows the last RETRYING in it. */
function keptOf(frames: readonly FrameContent[]): FrameContent[][] {
  return split(frames, 'break').map((message) => split(message, 'retrying').at(-1)!);
}

function messagesOf(frames: readonly FrameContent[]): string[] {
  return keptOf(frames)
    .map((kept) => kept.map((one) => (one.type === 'text' ? one.text : '')).join(''))
    .filter((message) => message !== '');
}

function reasoningOf(frames: readonly FrameContent[]): string {
  return keptOf(frames)
    .flat()
    .map((one) => (one.type === 'reasoning' ? one.reasoning : ''))
    .join('');
}

describe('The fold of an answer', () => {
  it.each<[string, FrameContent[], string[]]>([
    ['joins text', [text('a'), text('b')], ['ab']],
    ['drops on RETRYING', [text('a'), retrying, text('b')], ['b']],
    ['keeps across BREAK', [text('a'), pieceEnd, text('b')], ['a', 'b']],
    [
      'drops no more than the last message',
      [text('a'), pieceEnd, text('b'), retrying, text('c')],
      ['a', 'c'],
    ],
    ['has no empty message', [pieceEnd, text('a'), pieceEnd, pieceEnd], ['a']],
    ['is nothing before the first text', [], []],
  ])('%s', (_name, frames, messages) => {
    expect(toPartialAnswer(fold(frames))).toEqual({
      text: messages.join(''),
      messages,
      reasoning: '',
      sources: [],
    });
  });

  it('is what the protocol says, for any frames', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 40 }), (frames) => {
        const { text: whole, messages, reasoning } = toPartialAnswer(fold(frames));
        expect(reasoning).toBe(reasoningOf(frames));
        expect(messages).toEqual(messagesOf(frames));
        expect(whole).toBe(messages.join(''));
      }),
    );
  });

  it('has the ids, the sources, the reasoning and the end', () => {
    const sources = [{ pageContent: 'p', metadata: { source: 's' } }];
    const folded = fold([
      { type: 'started', chatId: 't1', conversationId: 'c1' },
      { type: 'sources', sources },
      thought('Hm.'),
      text('a'),
    ]);
    const usage = { input_tokens: 1, output_tokens: 2 };
    expect(toAnswer(folded, { finishReason: 'length', usage })).toEqual({
      chatId: 't1',
      conversationId: 'c1',
      text: 'a',
      messages: ['a'],
      reasoning: 'Hm.',
      sources,
      finishReason: 'length',
      usage,
    });
  });

  it('is no answer without a beginning', () => {
    const usage = { input_tokens: 1, output_tokens: 2 };
    expect(() => toAnswer(fold([text('a')]), { finishReason: 'stop', usage })).toThrow(SyntaxError);
  });
});
