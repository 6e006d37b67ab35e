import { isUuid, newId } from './uuid.js';

describe('isUuid', () => {
  it.each([
    newId(),
    newId().toUpperCase(),
    '71746553-1652-4a22-833b-f45e798aa1d1',
    '11111111-1111-1111-1111-111111111111',
    '00000000-0000-0000-0000-000000000000',
  ])('takes %s', (value) => {
    expect(isUuid(value)).toBe(true);
  });

  it.each([
    '',
    'user123',
    `${newId()}\n`,
    ` ${newId()}`,
    `{${newId()}}`,
    newId().replaceAll('-', ''),
    newId().slice(1),
  ])('refuses %j', (value) => {
    expect(isUuid(value)).toBe(false);
  });
});

describe('newId', () => {
  it('makes ids of version 7 that sort in the order they were made', () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect(ids.every((id) => isUuid(id) && id[14] === '7')).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });
});
