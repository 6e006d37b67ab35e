import { faultsOf } from '../../test/support/programs/configuration-faults.js';
import { parseEnvironment } from './environment.js';

describe('the model of the environment', () => {
  const given = { LLM_BASE_URL: 'http://models.example/v1', LLM_MODEL: 'qwen3' };

  it('is known to callers and server by the same name', () => {
    expect(parseEnvironment({ ...given, LLM_CONTEXT_TOKENS: '4096' }).llm.models).toEqual([
      {
        name: 'qwen3',
        targets: [{ baseUrl: 'http://models.example/v1', model: 'qwen3', apiKey: undefined }],
        contextTokens: 4_096,
        hasWindow: true,
        continuation: { mode: 'instruct' },
        defaults: {},
      },
    ]);
  });

  it('has a context that is a guess where none is given', () => {
    const [model] = parseEnvironment({ ...given, LLM_CONTEXT_TOKENS: '' }).llm.models;
    expect(model).toMatchObject({ contextTokens: 8_192 });
    expect(model?.hasWindow).toBeUndefined();
  });

  it('takes the parts that LLM_ACCEPTS names, or all', () => {
    const acceptsOf = (more: object) => parseEnvironment({ ...given, ...more }).llm.models[0]?.accepts;
    expect(acceptsOf({})).toBeUndefined();
    expect(acceptsOf({ LLM_ACCEPTS: ' text, image ' })).toEqual(['text', 'image']);
    expect(faultsOf({ ...given, LLM_ACCEPTS: 'text,smell' })).toEqual([
      'LLM_ACCEPTS.1: must be text, image, audio, video or file',
    ]);
    expect(faultsOf({ ...given, LLM_ACCEPTS: ',' })).toEqual([
      'LLM_ACCEPTS: must name one kind of parts or more',
    ]);
  });

  it.each([
    [{ LLM_CONTINUATION: 'instruct', LLM_PREFILL_FLAGS: 'none' }, { mode: 'instruct' }],
    [{ LLM_CONTINUATION: 'prefill' }, { mode: 'prefill', flags: 'none' }],
    [
      { LLM_CONTINUATION: 'prefill', LLM_PREFILL_FLAGS: 'vllm' },
      { mode: 'prefill', flags: 'vllm' },
    ],
  ])('goes on with an answer as %j says', (variables, continuation) => {
    expect(parseEnvironment({ ...given, ...variables }).llm.models[0]?.continuation).toEqual(continuation);
  });

  it.each([
    [{}, undefined],
    [{ LLM_THINKING: 'auto' }, 'auto'],
    [{ LLM_THINKING: 'open' }, 'open'],
    [{ LLM_THINKING: 'none' }, 'none'],
  ])('reads tags around thinking as %j says', (variables, thinking) => {
    expect(parseEnvironment({ ...given, ...variables }).llm.models[0]?.thinking).toBe(thinking);
  });

  it('takes its address with slashes at the end', () => {
    const { models } = parseEnvironment({ ...given, LLM_BASE_URL: 'http://models.example/v1//' }).llm;
    expect(models[0]?.targets[0]?.baseUrl).toBe('http://models.example/v1');
  });

  it.each([
    ['LLM_MODEL', { LLM_MODEL: undefined }],
    ['LLM_BASE_URL', { LLM_BASE_URL: undefined }],
    ['LLM_MODEL', { LLM_MODEL: 'builtin' }],
    ['LLM_MODEL', { LLM_MODEL: 'a\u0007b' }],
    ['LLM_BASE_URL', { LLM_BASE_URL: 'models.example/v1' }],
    ['LLM_BASE_URL', { LLM_BASE_URL: 'http://user:secret@models.example/v1' }],
    ['LLM_BASE_URL', { LLM_BASE_URL: 'http://models.example/v1/chat/completions' }],
    ['LLM_API_KEY', { LLM_API_KEY: 'sk 1' }],
    ['LLM_API_KEY', { LLM_API_KEY: '"sk-1"' }],
    ['LLM_PREFILL_FLAGS', { LLM_PREFILL_FLAGS: 'vllm' }],
    ['LLM_PREFILL_FLAGS', { LLM_PREFILL_FLAGS: 'vllm', LLM_CONTINUATION: 'instruct' }],
    ['LLM_CONTINUATION', { LLM_CONTINUATION: 'Prefill' }],
    ['LLM_API_KEY', { LLM_API_KEY: 'sk-…' }],
    ['LLM_THINKING', { LLM_THINKING: 'on' }],
    ['LLM_MODELS_FILE', { LLM_BASE_URL: undefined, LLM_MODEL: undefined, LLM_MODELS_FILE: '/none' }],
  ])('is refused by %s for %j', (name, change) => {
    const faults = faultsOf({ ...given, ...change });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}: `));
  });

  it('is not mixed with a file of models', () => {
    const faults = faultsOf({ ...given, LLM_MODELS_FILE: '/none/models.yaml' });
    expect(faults).toContain('LLM_MODELS_FILE: cannot be given together with LLM_BASE_URL');
    expect(faults).toContain('LLM_MODELS_FILE: cannot be given together with LLM_MODEL');
  });
});
