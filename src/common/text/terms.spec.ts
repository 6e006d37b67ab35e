import fc from 'fast-check';
import { documentTerms, queryTerms, queryTermSteps } from './terms.js';
import { runs } from '../../../test/property/runs.js';

const found = (question: string, text: string) => {
  const terms = documentTerms(text);
  return queryTerms(question)
    .filter((term) =>
      terms.some((known) => (term.isPrefix ? known.startsWith(term.term) : known === term.term)),
    )
    .map(({ term }) => term);
};

describe('terms', () => {
  it.each([
    ['sending feedback', 'how do I send feedbacks?', ['send', 'feedback']],
    ['Set LLM_BASE_URL first', 'llm base url', ['llm', 'base', 'url']],
    ['Set the base URL', 'what is LLM_BASE_URL', ['base', 'url']],
    ['runs on Node.js', 'node.js', ['node.js', 'node', 'js']],
    ['the configured models', 'configure a model', ['configur', 'model']],
    ['the user’s café', "users' cafe", ['user', 'cafe']],
    ['ＦＵＬＬ　ｗｉｄｔｈ', 'full width', ['full', 'width']],
    ['提交反馈用这个接口', '如何提交反馈？', ['提交', '反馈', '交反']],
    ['连接数据库失败', '数据库怎么连', ['数据', '据库', '库', '连']],
    ['一只猫', '猫', ['猫']],
    ['用 vLLM 部署', '怎么部署vLLM', ['部署', 'vllm']],
  ])('finds %j by %j', (text, question, expected) => {
    expect(found(question, text).sort()).toEqual([...expected].sort());
  });

  it.each(['', '   ', '?!…，。', '🙂🙃', 'how do I do it?', '这是什么？', 'what is that for'])(
    'finds nothing to search for in %j',
    (question) => {
      expect(queryTerms(question)).toEqual([]);
    },
  );

  it('keeps the words that a long question repeats, within the limit', () => {
    const noise = Array.from({ length: 4000 }, (_, index) => `noise${index}`).join(' ');
    const terms = queryTerms(`${noise} feedback feedback`, 10);
    expect(terms).toHaveLength(10);
    expect(terms[0]?.term).toBe('feedback');
  });

  it('gives no term that could pass for an owner or is too long for an index', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme' })),
        (text) => {
          for (const term of [...documentTerms(text), ...queryTerms(text).map((query) => query.term)]) {
            expect(term).not.toBe('');
            expect(term).not.toContain('@');
            expect(Buffer.byteLength(term)).toBeLessThanOrEqual(1024);
          }
        },
      ),
      { numRuns: runs(125) },
    );
  });

  it('finds every text by itself, whatever the script', () => {
    const character = fc.constantFrom(...'提交反馈数据库模型的和a b c send 服务 x_y 1.2 한국어 カタカナ');
    fc.assert(
      fc.property(fc.string({ unit: character, minLength: 1, maxLength: 40 }), (text) => {
        const required = queryTerms(text).filter((term) => !term.isOptional);
        expect(found(text, text)).toEqual(expect.arrayContaining(required.map(({ term }) => term)));
      }),
      { numRuns: runs(250) },
    );
  });

  it('reads a megabyte of any one character without slowing down', () => {
    for (const character of ['a', ' ', '的', '.', "'", '_', '\u0301']) {
      expect(() => documentTerms(character.repeat(1_000_000))).not.toThrow();
    }
  });
});

describe('a long question', () => {
  const termsOf = (question: string) => queryTerms(question).map(({ term }) => term);

  it('is read to its end', () => {
    expect(termsOf('x '.repeat(15_990) + 'zebra')).toContain('zebra');
    expect(termsOf('数据库'.repeat(10_660) + ' zebra')).toContain('zebra');
  });

  it('is read as far as it is long once normalised: U+FDFA becomes eighteen characters', () => {
    expect(termsOf('\ufdfa '.repeat(1_000) + 'zebra')).toContain('zebra');
    expect(termsOf('\ufdfa '.repeat(3_000) + 'zebra')).not.toContain('zebra');
  });

  it('pauses again and again', () => {
    const steps = [...queryTermSteps('\ufdfa'.repeat(32_000))];
    expect(steps.length).toBeGreaterThan(3);
    expect([...queryTermSteps('word '.repeat(6_400))].length).toBeGreaterThan(60);
  });
});
