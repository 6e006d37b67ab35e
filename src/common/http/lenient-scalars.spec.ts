import { toBoolean, toIdText, toInteger, toNumber, toUuidText } from './lenient-scalars.js';

const UUID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const BARE = UUID.replaceAll('-', '');
const NO_SCALARS = [null, undefined, [], ['5'], {}, { length: 1 }];

type Read = (value: unknown) => unknown;
type Row = [string, Read, [given: unknown, read: unknown][], left: unknown[]];

/** The same as pydantic 1.10 gives for `bool`, `int`, `float`, `str` and `UUID`, but for what is said of it in the module. */
describe.each<Row>([
  [
    'toBoolean',
    toBoolean,
    [
      ...['true', 'TRUE', 'True', 't', '1', 'on', 'On', 'y', 'yes', 1, true].map((given): [unknown, true] => [
        given,
        true,
      ]),
      ...['false', 'FALSE', 'f', '0', 'off', 'n', 'no', 'NO', 0, false].map((given): [unknown, false] => [
        given,
        false,
      ]),
    ],
    ['', ' true', 'true ', 'ja', '2', '1.0', 2, -1, 0.5, '真'],
  ],
  [
    'toInteger',
    toInteger,
    [
      ['5', 5],
      ['0', 0],
      [' 5\n', 5],
      ['+5', 5],
      ['-3', -3],
      ['007', 7],
      [5, 5],
      [4.5, 4.5],
    ],
    ['', ' ', '+', '4.5', '5.0', '1e3', '0x10', '5 5', 'x', 'NaN', 'Infinity', '9'.repeat(400), true, false],
  ],
  [
    'toNumber',
    toNumber,
    [
      ['0.8', 0.8],
      ['.8', 0.8],
      ['1.', 1],
      ['1', 1],
      [' 8e-1 ', 0.8],
      ['8E-1', 0.8],
      ['+0.5', 0.5],
      ['-0.5', -0.5],
      [0.8, 0.8],
    ],
    [
      '',
      '.',
      '1.2.3',
      'e3',
      '0x1',
      '0,8',
      '1e400',
      'nan',
      'NaN',
      'inf',
      'Infinity',
      '-Infinity',
      true,
      false,
    ],
  ],
  [
    'toIdText',
    toIdText,
    [
      [5, '5'],
      [0, '0'],
      [-456, '-456'],
      [0.5, '0.5'],
      [Number.MAX_SAFE_INTEGER, '9007199254740991'],
      ['5', '5'],
      ['', ''],
    ],
    [2 ** 53, 1e300, -(2 ** 53), Infinity, -Infinity, NaN, true, false],
  ],
  [
    'toUuidText',
    toUuidText,
    [
      UUID,
      UUID.toUpperCase(),
      BARE,
      BARE.toUpperCase(),
      `{${UUID}}`,
      `urn:uuid:${UUID}`,
      `URN:UUID:${BARE}`,
      `{${BARE}}`,
    ].map((given): [string, string] => [given, UUID]),
    ['', `${BARE}0`, BARE.slice(1), `${BARE.slice(1)}g`, ` ${UUID}`, `x${UUID}`, '-'.repeat(32), 5],
  ],
])('%s', (_name, read, given, left) => {
  it('reads what means such a value', () => {
    for (const [value, expected] of given) expect([value, read(value)]).toEqual([value, expected]);
  });

  it('leaves everything else as it is', () => {
    for (const value of [...left, ...NO_SCALARS]) expect(read(value)).toBe(value);
  });
});
