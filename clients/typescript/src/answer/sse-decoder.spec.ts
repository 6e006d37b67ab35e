import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { type ServerSentEvent, SseDecoder } from './sse-decoder.js';

type Event = readonly [data: string, lastEventId: string];

function decode(pieces: readonly Uint8Array[]): Event[] {
  const decoder = new SseDecoder();
  const toEvent = ({ data, lastEventId }: ServerSentEvent): Event => [data, lastEventId];
  return pieces.flatMap((piece) => decoder.push(piece).map(toEvent));
}

const decodeText = (text: string) => decode([Buffer.from(text)]);

/** The same stream, read by somebody else's parser in one piece. It tells ids, but not the last one. */
function readBySecondOpinion(text: string): string[] {
  const read: string[] = [];
  createParser({ onEvent: ({ data }) => read.push(data) }).feed(text);
  return read;
}

/** `bytes` cut before each of the places. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

/** Characters of one to four bytes, and everything that means something in a stream. */
const text = fc
  .array(fc.constantFrom('a', 'é', '学', '😀', ':', ' ', 'data: ', 'id: 7', '\uFEFF', '\u2028', '{"x":1}'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

/** An event as it is written, and as it is to be read. */
const event = fc
  .record({
    lines: fc.array(text, { minLength: 1, maxLength: 3 }),
    id: fc.option(fc.stringMatching(/^[\w-]{1,9}:\d{1,3}$/), { nil: undefined }),
    comment: fc.option(text, { nil: undefined }),
    isTight: fc.boolean(),
    lineEnd,
  })
  .map(({ lines, id, comment, isTight, lineEnd: end }) => {
    // Without the space, a space at the start of the text would be taken for it.
    const field = (name: string, value: string) =>
      `${name}:${isTight && !value.startsWith(' ') ? '' : ' '}${value}`;
    const written = [
      ...(comment === undefined ? [] : [`:${comment}`]),
      ...(id === undefined ? [] : [field('id', id)]),
      ...lines.map((line) => field('data', line)),
      '',
    ];
    return { written: written.map((line) => line + end).join(''), data: lines.join('\n'), id };
  });

describe('SseDecoder', () => {
  it.each<[string, string, Event[]]>([
    ['one event', 'data: a\n\n', [['a', '']]],
    ['only the first space dropped', 'data:  a\n\n', [[' a', '']]],
    ['several lines', 'data: a\ndata:\ndata: b\n\n', [['a\n\nb', '']]],
    ['a line without a colon', 'data\n\n', [['', '']]],
    ['an id', 'id: x:1\ndata: a\n\n', [['a', 'x:1']]],
    [
      'the last id, for an event without one',
      'id: x:1\ndata: a\n\ndata: b\n\n',
      [
        ['a', 'x:1'],
        ['b', 'x:1'],
      ],
    ],
    ['an id without data', 'id: x:1\n\ndata: b\n\n', [['b', 'x:1']]],
    ['no id with a NUL', 'id: x:1\nid: y\0\ndata: b\n\n', [['b', 'x:1']]],
    ['no comment', ': ping\n\n: ping\ndata: a\n\n', [['a', '']]],
    ['no other field', 'event: error\nretry: 1\nnonsense: x\ndata: a\n\n', [['a', '']]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [['a', '']]],
    [
      'mixed line ends',
      'data: a\r\rdata: b\n\r\ndata: c\r\n\n',
      [
        ['a', ''],
        ['b', ''],
        ['c', ''],
      ],
    ],
    ['nothing that has no blank line', 'id: x:1\ndata: a\n', []],
  ])('reads %s', (_name, stream, expected) => {
    expect(decodeText(stream)).toEqual(expected);
  });

  it('does not take the id of an event that was cut', () => {
    const pieces = ['id: x:1\ndata: a\n\nid: x:2\nda', 'ta: b\n'];
    expect(decode(pieces.map((piece) => Buffer.from(piece)))).toEqual([['a', 'x:1']]);
  });

  it('has an event as soon as its blank line has come, though a CR may be half of a line end', () => {
    const decoder = new SseDecoder();
    expect(decoder.push(Buffer.from('data: a\r\n\r'))).toHaveLength(1);
    expect(decoder.push(Buffer.from('\ndata: b\r\n\r'))).toHaveLength(1);
  });

  it('reads any events, cut anywhere: in a character, between CR and LF, in a line', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), cuts, (events, places) => {
        const stream = events.map(({ written }) => written).join('');
        let lastEventId = '';
        const expected = events.map(({ data, id }): Event => [data, (lastEventId = id ?? lastEventId)]);
        expect(decode(cutAt(Buffer.from(stream), places))).toEqual(expected);
      }),
    );
  });

  it('reads any bytes the same, however they are cut', () => {
    const line = fc.oneof(
      text,
      text.map((value) => `data: ${value}`),
      fc.constant(''),
    );
    // The other parser waits, behind a CR at the end of all, for what may be the rest of a line end.
    const anything = fc
      .array(fc.tuple(line, lineEnd), { maxLength: 12 })
      .map((lines) => `${lines.flat().join('')}\n`);
    fc.assert(
      fc.property(anything, cuts, (stream, places) => {
        const bytes = Buffer.from(stream);
        const whole = decode([bytes]);
        expect(decode(cutAt(bytes, places))).toEqual(whole);
        expect(decode(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
        expect(whole.map(([data]) => data)).toEqual(readBySecondOpinion(stream));
      }),
    );
  });
});
