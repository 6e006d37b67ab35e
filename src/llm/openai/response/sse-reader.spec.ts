import fc from 'fast-check';
import { BARE_LINE, MAX_EVENT_CHARS, SseReader } from './sse-reader.js';
import { runs } from '../../../../test/property/runs.js';

type Event = readonly [name: string, data: string];

function read(pieces: readonly Buffer[]): Event[] {
  return eventsOf(new SseReader(), pieces);
}

function eventsOf(reader: SseReader, pieces: readonly Buffer[]): Event[] {
  return pieces.flatMap((piece) => reader.read(piece)).map(({ event, data }) => [event ?? '', data]);
}

function readText(text: string): Event[] {
  return read([Buffer.from(text)]);
}

/** The same stream, read line by line in one piece, as the standard says it (WHATWG HTML, 9.2.6). */
function readByTheStandard(text: string): Event[] {
  const events: Event[] = [];
  let name = '';
  let data: string[] = [];
  for (const line of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .slice(0, -1)) {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (line === '') {
      if (data.length > 0) events.push([name, data.join('\n')]);
      name = '';
      data = [];
    } else if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
    // Not of the standard: some servers send errors so.
    else if (field === 'error') events.push([field, value]);
    else if (line.startsWith('{') || line.startsWith('[DONE]')) events.push([BARE_LINE, line]);
  }
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
    [
      'a field error',
      'data: a\n\nerror: {"x":1}\n\ndata: b\n\n',
      [
        ['', 'a'],
        ['error', '{"x":1}'],
        ['', 'b'],
      ],
    ],
    [
      'a field error at once',
      'error:x\rdata: a\r\r',
      [
        ['error', 'x'],
        ['', 'a'],
      ],
    ],
    [
      'an object without a field',
      'data: a\n\n{"x":1}\n\ndata: b\n\n',
      [
        ['', 'a'],
        [BARE_LINE, '{"x":1}'],
        ['', 'b'],
      ],
    ],
    [
      'an end without a field',
      'data: a\n\n[DON\n[DONE]\n',
      [
        ['', 'a'],
        [BARE_LINE, '[DONE]'],
      ],
    ],
    ['fields that begin like error', 'err: x\nerrors: x\nerror_code: 5\ndata: a\n\n', [['', 'a']]],
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

  it('joins characters that are cut at every byte', () => {
    const text = 'data: 👋🏽 你好 é\n\n';
    const bytes = Buffer.from(text);
    expect(read([...bytes.keys()].map((at) => bytes.subarray(at, at + 1)))).toEqual([['', '👋🏽 你好 é']]);
  });

  it('takes empty pieces', () => {
    expect(read([Buffer.from('data: a\r'), Buffer.alloc(0), Buffer.from('\n\r\n')])).toEqual([['', 'a']]);
  });

  it('hands an event over as soon as it is complete', () => {
    const reader = new SseReader();
    const dataOf = (text: string) => reader.read(Buffer.from(text)).map(({ data }) => data);
    expect(dataOf('data: a\n')).toEqual([]);
    expect(dataOf('\n')).toEqual(['a']);
    expect(dataOf('data: b\r\n\r')).toEqual(['b']);
  });

  it('reads what the standard asks for, of any stream and for any cuts', () => {
    const part = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          'data: ',
          'data:',
          'data',
          'event: ',
          'error: ',
          'error',
          '{"a":',
          '{',
          'id: 1',
          ': ',
          ':',
          ' ',
          '\uFEFF',
        ),
      },
      { weight: 3, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r') },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), cuts, (parts, places) => {
        const text = parts.join('');
        expect(read(cutAt(Buffer.from(text), places))).toEqual(readByTheStandard(text));
      }),
      { numRuns: runs(500) },
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
      { numRuns: runs(200) },
    );
  });
});

describe('the limit on an event', () => {
  const half = 'x'.repeat(MAX_EVENT_CHARS / 2);

  function readAll(...texts: string[]): { events: Event[]; isOverfull: boolean } {
    const reader = new SseReader();
    const events = eventsOf(
      reader,
      texts.map((text) => Buffer.from(text)),
    );
    return { events, isOverfull: reader.isOverfull };
  }

  it('takes an event of almost its size', () => {
    const { events, isOverfull } = readAll('data: ', half, half.slice(10), '\n\n');
    expect(events[0]?.[1]).toHaveLength(MAX_EVENT_CHARS - 10);
    expect(isOverfull).toBe(false);
  });

  it.each([
    ['without an end, in pieces', ['data: ', half, half, 'x']],
    ['of many lines', [`data: ${half}\n`, `data: ${half}\n`, 'data: x\n']],
    ['in one piece', [`data: ${half}${half}x\n\n`]],
    ['with a name without an end', ['event: ', half, half]],
    ['of the field error, without an end', ['error: ', half]],
    ['of the field error, in one piece', [`error: ${half}\n`]],
  ])('refuses an event %s, and reads nothing after it', (_, texts) => {
    expect(readAll(...texts, '\n\ndata: more\n\n')).toEqual({ events: [], isOverfull: true });
  });

  it('keeps nothing of a comment, or of an unknown field, without an end', () => {
    for (const start of [': ', 'unknown: '])
      expect(readAll(start, half, half, half, '\ndata: a\n\n')).toEqual({
        events: [['', 'a']],
        isOverfull: false,
      });
  });

  it('reads what came before an event that is too large', () => {
    expect(readAll(`data: a\n\ndata: ${half}`, half, 'x')).toEqual({
      events: [['', 'a']],
      isOverfull: true,
    });
  });

  it('does not add up events that have ended', () => {
    const event = `data: ${half}\n\n`;
    expect(readAll(event, event, event, event).events).toHaveLength(4);
  });
});
