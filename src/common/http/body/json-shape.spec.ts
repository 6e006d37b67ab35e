import fc from 'fast-check';
import { measureJson } from './json-shape.js';

const measure = (text: string, maxDepth = 32) => measureJson(Buffer.from(text), maxDepth);

/** As {@link measureJson} counts, of a value. */
function count(value: unknown): { values: number; objects: number } {
  if (typeof value !== 'object' || value === null) return { values: 0, objects: 0 };
  const members = Object.values(value).map(count);
  const own = { values: Math.max(members.length, 1), objects: Array.isArray(value) ? 0 : 1 };
  return members.reduce(
    (sum, one) => ({ values: sum.values + one.values, objects: sum.objects + one.objects }),
    own,
  );
}

it('The shape of a JSON text is that of its value, whatever its strings have in them', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const { values, numbers, ...shape } = measure(text);
      expect({ ...shape, values: values + numbers }).toMatchObject({
        ...count(JSON.parse(text)),
        isBalanced: true,
      });
    }),
  );
});

it.each([
  [`{"a":${'['.repeat(3)}${']'.repeat(3)}}`, null],
  [`{"a":${'['.repeat(4)}${']'.repeat(4)}}`, 'a'],
  [`{"a":1,"b\\n":{"c":[[{"d":0}]]},"e":[[[[]]]]}`, 'b\n'],
  [`{"a":"[[[[[","b":"\\"[[[["}`, null],
  [`${'['.repeat(9)}${']'.repeat(9)}`, ''],
])('Of %s the member %j is nested too deeply', (text, name) => {
  expect(measure(text, 3).tooDeepIn).toBe(name);
});

it('What is opened and not closed is noticed, and an unclosed string ends with the text', () => {
  expect(measure('{"a":[').isBalanced).toBe(false);
  expect(measure('{"a":"[[[\\').values).toBe(1);
});

it('A text with a character beyond Latin-1 takes two bytes for each of its characters', () => {
  const bytesOf = (text: string) => measure(text).heapBytes;
  const ascii = bytesOf(JSON.stringify({ a: 'x'.repeat(1_000) }));
  expect(bytesOf(JSON.stringify({ a: `${'x'.repeat(997)}数` }))).toBeGreaterThan(ascii + 900);
  expect(bytesOf(`{"a":"${'x'.repeat(994)}\\u4e00"}`)).toBeGreaterThan(ascii + 900);
});

it.each([
  ['[1,22,3.5,4e7,5]', 4, 1],
  ['{"a":1,"b":[2,3],"c":4}', 1, 4],
  ['[[1],[2,3],{"a":4},5,"6",7]', 2, 8],
  ['["1,2","3"]', 0, 2],
])('Of %s, %i are numbers in a list and %i further values', (text, numbers, values) => {
  expect(measure(text)).toMatchObject({ numbers, values });
});
