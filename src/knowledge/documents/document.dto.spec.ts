import type { AppError } from '../../common/errors/app-error.js';
import { createValidationPipe } from '../../common/http/validation.pipe.js';
import { CreateDocumentRequestDto } from './document.dto.js';
import { toDocumentInput } from './document.decoder.js';
import { SearchRequestDto, toSearchRequest } from '../search/knowledge-search.dto.js';

const pipe = createValidationPipe();

function read<Dto>(type: 'body' | 'query', metatype: new () => Dto, value: unknown): Promise<Dto> {
  return pipe.transform(value, { type, metatype }) as Promise<Dto>;
}

/** The names of the fields that are refused. */
async function refused(
  type: 'body' | 'query',
  metatype: new () => object,
  value: unknown,
): Promise<string[]> {
  const error = await read(type, metatype, value).then(
    () => undefined,
    (reason: AppError) => reason,
  );
  return [...new Set(error?.errors?.map(({ pointer }) => pointer))];
}

const minimal = { title: 'T', source: 's', content: 'c' };

describe('the body of a new document', () => {
  it('needs title, source and content alone', async () => {
    expect(toDocumentInput(await read('body', CreateDocumentRequestDto, minimal))).toEqual({
      ...minimal,
      format: 'markdown',
      externalId: null,
      metadata: {},
    });
  });

  it('takes null for what is not given', async () => {
    const body = await read('body', CreateDocumentRequestDto, {
      ...minimal,
      format: null,
      external_id: null,
      metadata: null,
    });
    expect(toDocumentInput(body)).toMatchObject({ format: 'markdown', externalId: null, metadata: {} });
  });

  it('keeps metadata as it is, whatever its names', async () => {
    const metadata: unknown = JSON.parse(
      '{"toString":"a","hasOwnProperty":1,"then":true,"":null,"a.b":"😀"}',
    );
    expect(
      toDocumentInput(await read('body', CreateDocumentRequestDto, { ...minimal, metadata })).metadata,
    ).toEqual(metadata);
  });

  it.each([
    '{"constructor":"x"}',
    '{"__proto__":"x"}',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":1}}',
  ])('does not fall over metadata %s', async (metadata) => {
    const value: unknown = { ...minimal, metadata: JSON.parse(metadata) as unknown };
    await expect(refused('body', CreateDocumentRequestDto, value)).resolves.toBeDefined();
  });

  it.each([
    [{}, ['/title', '/source', '/content']],
    [{ ...minimal, title: '' }, ['/title']],
    [{ ...minimal, title: 'x'.repeat(501) }, ['/title']],
    [{ ...minimal, source: 5 }, ['/source']],
    [{ ...minimal, content: 'a\u0000' }, ['/content']],
    [{ ...minimal, content: '\ud800' }, ['/content']],
    [{ ...minimal, content: 'x'.repeat(1_000_001) }, ['/content']],
    [{ ...minimal, format: 'pdf' }, ['/format']],
    [{ ...minimal, external_id: '' }, ['/external_id']],
    [{ ...minimal, external_id: 'x'.repeat(256) }, ['/external_id']],
    [{ ...minimal, metadata: [] }, ['/metadata']],
    [{ ...minimal, metadata: 'x' }, ['/metadata']],
  ])('is refused with the fields that are at fault (%#)', async (body, pointers) => {
    expect(await refused('body', CreateDocumentRequestDto, body)).toEqual(pointers);
  });
});

describe('the body of a search', () => {
  it('finds five passages when it names no limit', async () => {
    for (const limit of [undefined, null]) {
      const body = await read('body', SearchRequestDto, { query: 'q', limit });
      expect(toSearchRequest('c', body)).toEqual({ clientId: 'c', query: 'q', limit: 5 });
    }
  });

  it.each([
    [{}, ['/query']],
    [{ query: '' }, ['/query']],
    [{ query: 'x'.repeat(32_001) }, ['/query']],
    [{ query: ['x'] }, ['/query']],
    [{ query: 'x', limit: 0 }, ['/limit']],
    [{ query: 'x', limit: 51 }, ['/limit']],
    [{ query: 'x', limit: '5' }, ['/limit']],
    [{ query: 'x', limit: 1.5 }, ['/limit']],
  ])('is refused with the fields that are at fault (%#)', async (body, pointers) => {
    expect(await refused('body', SearchRequestDto, body)).toEqual(pointers);
  });
});
