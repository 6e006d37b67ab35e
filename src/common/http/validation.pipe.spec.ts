import { Allow, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { AppError } from '../errors/app-error.js';
import { createValidationPipe } from './validation.pipe.js';

class Body {
  @IsString()
  text!: string;

  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(-5, { message: 'must be at least -5' })
  @Max(Number.MAX_SAFE_INTEGER)
  count?: number;

  @IsOptional()
  @Allow()
  data?: unknown;

  undeclared?: string;
}

const pipe = createValidationPipe();
const transform = (value: unknown) => pipe.transform(value, { type: 'body', metatype: Body });

/** An object that must not be walked over. */
function unlistable<Given extends object>(given: Given): Given {
  return new Proxy(given, {
    ownKeys: () => {
      throw new Error('All members were listed');
    },
  });
}

describe('The validation of a body', () => {
  it('looks at declared members only, each at most twice, however many others there are', async () => {
    const looks: unknown[] = [];
    const others = Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`x${i}`, 0]));
    const body = new Proxy(unlistable({ text: 't', ...others }), {
      get: (target, name) => (looks.push(name), Reflect.get(target, name) as unknown),
      has: (target, name) => (looks.push(name), Reflect.has(target, name)),
      getOwnPropertyDescriptor: (target, name) => (
        looks.push(name),
        Reflect.getOwnPropertyDescriptor(target, name)
      ),
    });
    const valid = await transform(body);
    expect(valid).toBeInstanceOf(Body);
    expect({ ...(valid as object) }).toEqual({ text: 't' });
    expect([...new Set(looks)].sort()).toEqual(['count', 'data', 'text']);
    expect(looks.length).toBeLessThanOrEqual(6);
  });

  it('leaves objects and lists to the validators of their members', async () => {
    const data = unlistable({ k: 0 });
    expect(((await transform({ text: 't', data })) as Body).data).toBe(data);
    const list = unlistable([1]);
    expect(((await transform({ text: 't', data: list })) as Body).data).toBe(list);
  });

  it('converts scalars as their decorators say', async () => {
    expect(await transform({ text: 't', count: '5', data: null })).toEqual({
      text: 't',
      count: 5,
      data: null,
    });
  });

  it.each([
    ['abc', 'must be a whole number'],
    [4.5, 'must be a whole number'],
    [[], 'must be a whole number'],
    [2 ** 53, 'must not be greater than 9007199254740991'],
    [-6, 'must be at least -5'],
  ])('gives one reason for the number %j', async (count, detail) => {
    const refused = await transform({ text: 't', count }).catch((error: AppError) => error.errors);
    expect(refused).toEqual([{ pointer: '/count', detail }]);
  });

  it('takes no member from a prototype, and sets none', async () => {
    const body = JSON.parse('{"text":"t","__proto__":{"count":"x"},"constructor":{}}') as object;
    const valid = await transform(body);
    expect(valid).toEqual({ text: 't' });
    expect(Object.getPrototypeOf(valid)).toBe(Body.prototype);
    await expect(transform(Object.create({ text: 't' }))).rejects.toThrow(AppError);
  });

  it.each([undefined, null, {}])('names what is missing of %p', async (body) => {
    const refused = await transform(body).then(String, (error: AppError) => error.errors);
    expect(refused).toEqual([{ pointer: '/text', detail: 'must be a string' }]);
  });
});

it('Of a thousand faults of a query the first hundred are listed, and no name is repeated at length', async () => {
  const query = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, i) => [`${i}${'x'.repeat(10_000)}`, '']),
  );
  const refused: unknown = await pipe
    .transform(query, { type: 'query', metatype: Body })
    .then(String, (error: AppError) => error.errors);
  expect(refused).toHaveLength(100);
  expect(JSON.stringify(refused).length).toBeLessThan(100 * 400);
});
