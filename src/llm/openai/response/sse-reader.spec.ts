import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { MAX_EVENT_BYTES, SseEventTooLargeError, SseReader } from './sse-reader.js';

type Event = readonly [name: string, data: string];

function read(pieces: readonly Buffer[]): Event[] {
  const events: Event[] = [];
  const reader = new SseReader((data, name) => events.push([name, data]));
  for (const piece of pieces) reader.push(piece);
  return events;
}

function readText(text: string): Event[] {
  return read([Buffer.from(text)]);
}

/** The same stream, read by somebody else's parser in one piece. */
function readBySecondOpinion(text: string): Event[] {
  const events: Event[] = [];
  createParser({ onEvent: ({ event, data }) => events.push([event ?? '', data]) }).feed(text);
  return events;
}

/** `bytes` cut before each of the places. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe('SseReader', () => {
  it.each([
    ['one event', 'data: a\n\n', [['', 'a']]],
    [
      'several',
      'data: a\n\ndata: b\n\n',
      [
        ['', 'a'],
        ['', 'b'],
      ],
    ],
    ['no space', 'data:a\n\n', [['', 'a']]],
    ['only the first space dropped', 'data:  a\n\n', [['', ' a']]],
    ['several lines', 'data: a\ndata:\ndata: b\n\n', [['', 'a\n\nb']]],
    ['a line without a colon', 'data\n\n', [['', '']]],
    ['empty data', 'data:\n\n', [['', '']]],
    ['CRLF', 'data: a\r\ndata: b\r\n\r\n', [['', 'a\nb']]],
    ['CR', 'data: a\rdata: b\r\r', [['', 'a\nb']]],
    [
      'mixed line ends',
      'data: a\r\rdata: b\n\r\ndata: c\r\n\n',
      [
        ['', 'a'],
        ['', 'b'],
        ['', 'c'],
      ],
    ],
    [
      'a name',
      'event: error\ndata: a\n\ndata: b\n\n',
      [
        ['error', 'a'],
        ['', 'b'],
      ],
    ],
    ['a name without data', 'event: error\n\ndata: b\n\n', [['', 'b']]],
    ['comments', ': x\n\n:\ndata: a\n: y\n\n', [['', 'a']]],
    ['ids, retries and unknown fields', 'id: 1\nretry: 5\nfoo: x\ndata: a\n\n', [['', 'a']]],
    ['fields that begin alike', 'database: x\n\ndata: a\n\n', [['', 'a']]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [['', 'a']]],
    ['one byte order mark only', '\uFEFF\uFEFFdata: a\n\ndata: b\n\n', [['', 'b']]],
    ['a byte order mark in data', 'data: \uFEFFa\n\n', [['', '\uFEFFa']]],
    ['other line separators as text', 'data: a\u2028b\u0085c\n\n', [['', 'a\u2028b\u0085c']]],
    ['an end that is cut off', 'data: a\n\ndata: b\n', [['', 'a']]],
    ['blank lines', '\n\n\r\n\ndata: a\n\n\n', [['', 'a']]],
  ] as [string, string, Event[]][])('reads %s, wherever it is cut', (_, text, events) => {
    expect(readText(text)).toEqual(events);
    const bytes = Buffer.from(text);
    expect(read(cutAt(bytes, [...bytes.keys()]))).toEqual(events);
    for (const place of bytes.keys()) expect(read(cutAt(bytes, [place]))).toEqual(events);
  });

  it('keeps characters whole that are cut at every byte', () => {
    const text = 'data: 👋🏽 你好 é\n\n';
    const bytes = Buffer.from(text);
    expect(read([...bytes.keys()].map((at) => bytes.subarray(at, at + 1)))).toEqual([['', '👋🏽 你好 é']]);
  });

  it('takes empty pieces', () => {
    expect(read([Buffer.from('data: a\r'), Buffer.alloc(0), Buffer.from('\n\r\n')])).toEqual([['', 'a']]);
  });

  it('hands an event over as soon as it is whole', () => {
    const events: string[] = [];
    const reader = new SseReader((data) => events.push(data));
    reader.push(Buffer.from('data: a\n'));
    expect(events).toEqual([]);
    reader.push(Buffer.from('\n'));
    expect(events).toEqual(['a']);
    reader.push(Buffer.from('data: b\r\n\r'));
    expect(events).toEqual(['a', 'b']);
  });

  it('reads what another parser reads, for any stream and any cuts', () => {
    const part = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('data: ', 'data:', 'data', 'event: ', 'id: 1', ': ', ':', ' ', '\uFEFF'),
      },
      { weight: 3, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r') },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), cuts, (parts, places) => {
        const text = parts.join('');
        // The other parser holds a CR at the very end back, in case an LF follows; that is its right.
        fc.pre(!text.endsWith('\r'));
        expect(read(cutAt(Buffer.from(text), places))).toEqual(readBySecondOpinion(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads back whatever events were written, for any form and any cuts', () => {
    const data = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed().replaceAll(/[\r\n]/g, ''));
    const lines = fc.array(data, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(lines), fc.constantFrom('\n', '\r', '\r\n'), cuts, (events, lineEnd, places) => {
        const text = events
          .map((event) => event.map((line) => `data: ${line}${lineEnd}`).join('') + lineEnd)
          .join('');
        const expected = events.map((event): Event => ['', event.join('\n')]);
        expect(read(cutAt(Buffer.from(text), places))).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the limit on an event', () => {
  const half = 'x'.repeat(MAX_EVENT_BYTES / 2);

  function pushAll(...texts: string[]): Event[] {
    return read(texts.map((text) => Buffer.from(text)));
  }

  it('takes an event of almost its size', () => {
    expect(pushAll('data: ', half, half.slice(10), '\n\n')[0]?.[1]).toHaveLength(MAX_EVENT_BYTES - 10);
  });

  it.each([
    ['without an end, in pieces', ['data: ', half, half, 'x']],
    ['of many lines', [`data: ${half}\n`, `data: ${half}\n`, 'data: x\n']],
    ['in one piece', [`data: ${half}${half}x\n\n`]],
    ['that is a comment without an end', [': ', half, half]],
  ])('refuses an event %s', (_, texts) => {
    expect(() => pushAll(...texts)).toThrow(SseEventTooLargeError);
  });

  it('does not add up events that have ended', () => {
    const event = `data: ${half}\n\n`;
    expect(pushAll(event, event, event, event)).toHaveLength(4);
  });
});
