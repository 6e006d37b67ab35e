import type { AppError } from '../errors/app-error.js';
import { createValidationPipe } from '../http/validation.pipe.js';
import { newId } from '../uuid.js';
import { PageQueryDto } from './page.dto.js';

const pipe = createValidationPipe();
const ID = newId();

const read = (query: object) =>
  pipe.transform(query, { type: 'query', metatype: PageQueryDto }) as Promise<PageQueryDto>;

const refused = (query: object) =>
  read(query).then(
    () => [],
    (error: AppError) => error.errors?.map(({ pointer }) => pointer),
  );

describe('the page of a list', () => {
  it('is the first 20 when nothing is said', async () => {
    expect(await read({})).toEqual({ limit: 20 });
    expect(await read({ limit: '7', cursor: ID })).toEqual({
      limit: 7,
      cursor: ID,
    });
  });

  it.each([
    { limit: '0' },
    { limit: '101' },
    { limit: 'x' },
    { limit: '' },
    { limit: '1.5' },
    { limit: ['1', '2'] },
  ])('is refused with a limit of %j', async (query) => {
    expect(await refused(query)).toEqual(['?limit']);
  });

  it.each([{ cursor: 'x' }, { cursor: '' }, { cursor: [ID, ID] }])(
    'is refused with a cursor of %j',
    async (query) => {
      expect(await refused(query)).toEqual(['?cursor']);
    },
  );
});
