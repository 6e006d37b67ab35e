import { createValidationPipe } from '../common/http/validation.pipe.js';
import { SavePromptRequestDto } from './prompt.dto.js';
import { toPromptDto } from './prompt.encoder.js';

async function validate(body: unknown): Promise<SavePromptRequestDto> {
  return (await createValidationPipe().transform(body, {
    type: 'body',
    metatype: SavePromptRequestDto,
  })) as SavePromptRequestDto;
}

describe('the body of a template to save', () => {
  it.each([
    { template: '{{question}}' },
    { template: 'x'.repeat(32_000), description: 'x'.repeat(1000) },
    { template: 'x', description: null },
    { template: 'x', description: '', unknown: 1 },
    { template: 'x', labels: null },
    { template: 'x', labels: [] },
    { template: 'x', labels: ['production', 'v1.2_x-y', '候选', 'x'.repeat(50)] },
    { template: 'x', labels: Array<string>(20).fill('a') },
  ])('may be %j', async (body) => {
    await expect(validate(body)).resolves.toBeInstanceOf(SavePromptRequestDto);
  });

  it.each([
    ['/template', {}],
    ['/template', undefined],
    ['/template', { template: null }],
    ['/template', { template: '' }],
    ['/template', { template: 5 }],
    ['/template', { template: ['x'] }],
    ['/template', { template: 'x'.repeat(32_001) }],
    ['/template', { template: 'a\u0000' }],
    ['/template', { template: '\ud800' }],
    ['/description', { template: 'x', description: 5 }],
    ['/description', { template: 'x', description: 'x'.repeat(1001) }],
    ['/description', { template: 'x', description: '\udc00' }],
    ['/labels', { template: 'x', labels: 'production' }],
    ['/labels', { template: 'x', labels: {} }],
    ['/labels', { template: 'x', labels: [null] }],
    ['/labels', { template: 'x', labels: ['a', 3] }],
    ['/labels', { template: 'x', labels: ['a', '3'] }],
    ['/labels', { template: 'x', labels: ['latest'] }],
    ['/labels', { template: 'x', labels: ['a b'] }],
    ['/labels', { template: 'x', labels: ['x'.repeat(51)] }],
    ['/labels', { template: 'x', labels: Array<string>(21).fill('a') }],
  ])('is refused at %s for %j', async (pointer, body) => {
    await expect(validate(body)).rejects.toMatchObject({ code: 'validation_failed', errors: [{ pointer }] });
  });
});

describe('toPromptDto', () => {
  it('shows the variables sorted and the time in UTC', () => {
    const updatedAt = new Date('2026-11-20T08:30:00Z');
    const template = '{{ input }} {{history}} {{context}}';
    expect(
      toPromptDto({
        name: 'mine',
        version: 2,
        labels: ['beta'],
        template,
        description: null,
        builtIn: false,
        updatedAt,
      }),
    ).toEqual({
      name: 'mine',
      version: 2,
      labels: ['beta'],
      built_in: false,
      template,
      description: null,
      variables: ['context', 'history', 'question'],
      updated_at: '2026-11-20T08:30:00.000Z',
    });
  });
});
