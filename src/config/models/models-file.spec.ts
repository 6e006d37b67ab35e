import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelConfig } from '../app-config.js';
import type { Environment } from '../environment-variables.js';
import { readModelsFile } from './models-file.js';

describe('readModelsFile', () => {
  let folder: string;
  let faults: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'models-file-'));
    faults = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(content: unknown, environment: Environment = {}): ModelConfig[] {
    const path = join(folder, 'models.yaml');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return readModelsFile(path, environment, faults);
  }

  it('reads YAML', () => {
    const models = read(
      `
      models:
        - name: fast
          base_url: http://127.0.0.1:11434/v1/
        - name: good
          base_url: https://models.example/v1
          model: vendor/good-70b
          api_key_env: GOOD_KEY
          context_tokens: 128000
          accepts: [text, image]
          defaults: { temperature: 0.2, max_tokens: 1024 }
      `,
      { GOOD_KEY: 'sk-good\n' },
    );
    expect(faults).toEqual([]);
    expect(models).toEqual([
      {
        name: 'fast',
        targets: [{ baseUrl: 'http://127.0.0.1:11434/v1', model: 'fast', apiKey: undefined }],
        contextTokens: 8_192,
        continuation: { mode: 'instruct' },
        defaults: { temperature: undefined, maxTokens: undefined },
      },
      {
        name: 'good',
        targets: [{ baseUrl: 'https://models.example/v1', model: 'vendor/good-70b', apiKey: 'sk-good' }],
        contextTokens: 128_000,
        hasWindow: true,
        accepts: ['text', 'image'],
        continuation: { mode: 'instruct' },
        defaults: { temperature: 0.2, maxTokens: 1_024 },
      },
    ]);
  });

  it('reads targets in their order, and how an answer is continued', () => {
    const [model] = read(
      `
      models:
        - name: good
          continuation: prefill
          prefill_flags: vllm
          thinking: open
          targets:
            - base_url: http://gpu1.example/v1
            - base_url: https://spare.example/v1/
              model: vendor/good
              api_key_env: SPARE_KEY
      `,
      { SPARE_KEY: 'sk-spare' },
    );
    expect(faults).toEqual([]);
    expect(model).toMatchObject({
      targets: [
        { baseUrl: 'http://gpu1.example/v1', model: 'good', apiKey: undefined },
        { baseUrl: 'https://spare.example/v1', model: 'vendor/good', apiKey: 'sk-spare' },
      ],
      continuation: { mode: 'prefill', flags: 'vllm' },
      thinking: 'open',
    });
  });

  it('reads keys from files of their own', () => {
    const key = join(folder, 'key');
    writeFileSync(key, 'sk-file\n');
    const content = {
      models: [
        { name: 'a', base_url: 'http://m.example/v1', api_key_file: key },
        { name: 'b', base_url: 'http://m.example/v1', api_key_env: 'B_KEY' },
      ],
    };
    const models = read(content, { B_KEY_FILE: key });
    expect(faults).toEqual([]);
    expect(models.map(({ targets }) => targets[0]?.apiKey)).toEqual(['sk-file', 'sk-file']);
  });

  it('reads a file with a byte order mark', () => {
    expect(read('\uFEFFmodels:\n  - name: m\n    base_url: http://m.example/v1\n')).toHaveLength(1);
    expect(read('\uFEFF{"models":[{"name":"m","base_url":"http://m.example/v1"}]}')).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it('reads JSON', () => {
    expect(read({ models: [{ name: 'm', base_url: 'http://m.example/v1' }] })).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it.each([
    ['a file that is missing', 'LLM_MODELS_FILE: cannot be read (ENOENT)'],
    ['a folder', 'LLM_MODELS_FILE: cannot be read (EISDIR)'],
  ])('refuses %s', (what, fault) => {
    readModelsFile(what === 'a folder' ? folder : join(folder, 'none.yaml'), {}, faults);
    expect(faults).toEqual([fault]);
  });

  it.each([
    ['what is no YAML', 'models:\n  - "sk-secret', /^LLM_MODELS_FILE: is not valid YAML or JSON \(line 2\)$/],
    ['an empty file', '', /^LLM_MODELS_FILE: the file: /],
    ['a list', '- name: m', /^LLM_MODELS_FILE: the file: /],
    ['no models', { models: [] }, /^LLM_MODELS_FILE: models: /],
  ])('refuses %s', (_, content, fault) => {
    expect(read(content)).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  const model = { name: 'm', base_url: 'http://m.example/v1' };

  it.each([
    ['models.0.name', { ...model, name: undefined }],
    ['models.0.name', { ...model, name: '' }],
    ['models.0.name', { ...model, name: 'builtin' }],
    ['models.0.name', { ...model, name: ' m' }],
    ['models.0.name', { ...model, name: 'a\u0000b' }],
    ['models.0.base_url', { ...model, base_url: 'm.example' }],
    ['models.0.base_url', { ...model, base_url: 'https://key@m.example/v1' }],
    ['models.0.model', { ...model, model: '' }],
    ['models.0.api_key_env', { ...model, api_key_env: 'NOT_SET' }],
    ['models.0.api_key_env', { ...model, api_key_env: 'BAD_KEY' }],
    ['models.0.api_key_env', { ...model, api_key_env: 'KEY_OF_MISSING' }],
    ['models.0.api_key_env', { ...model, api_key_env: 'TWICE' }],
    ['models.0.api_key_file', { ...model, api_key_file: '/nowhere/key' }],
    ['models.0.api_key_file', { ...model, api_key_file: '/nowhere/key', api_key_env: 'TWICE' }],
    ['models.0.context_tokens', { ...model, context_tokens: 1 }],
    ['models.0.context_tokens', { ...model, context_tokens: '4096' }],
    ['models.0.defaults.temperature', { ...model, defaults: { temperature: 2.1 } }],
    ['models.0.defaults.max_tokens', { ...model, defaults: { max_tokens: 0 } }],
    ['models.0.api_key', { ...model, api_key: 'sk-secret' }],
    ['models.0.base_url', { name: 'm' }],
    ['models.0.targets', { name: 'm', targets: [] }],
    ['models.0.targets', { ...model, targets: [{ base_url: 'http://m.example/v1' }] }],
    ['models.0.targets', { name: 'm', model: 'x', targets: [{ base_url: 'http://m.example/v1' }] }],
    ['models.0.targets', { name: 'm', api_key_env: 'X', targets: [{ base_url: 'http://m.example/v1' }] }],
    ['models.0.targets.1.base_url', { name: 'm', targets: [{ base_url: 'http://m/v1' }, { base_url: 'm' }] }],
    ['models.0.targets.0', { name: 'm', targets: [{ base_url: 'http://m/v1', name: 'x' }] }],
    [
      'models.0.targets.0.api_key_env',
      { name: 'm', targets: [{ base_url: 'http://m/v1', api_key_env: 'NOT_SET' }] },
    ],
    ['models.0.accepts', { ...model, accepts: [] }],
    ['models.0.accepts.1', { ...model, accepts: ['text', 'smell'] }],
    ['models.0.thinking', { ...model, thinking: 'on' }],
    ['models.0.continuation', { ...model, continuation: 'again' }],
    ['models.0.prefill_flags', { ...model, continuation: 'prefill', prefill_flags: 'ollama' }],
    ['models.0.prefill_flags', { ...model, prefill_flags: 'vllm' }],
  ])('says that %s is at fault in %j', (path, faulty) => {
    read(
      { models: [faulty] },
      {
        BAD_KEY: 'sk-\u00e9',
        KEY_OF_MISSING_FILE: '/nowhere/key',
        TWICE: 'sk-1',
        TWICE_FILE: '/nowhere/key',
      },
    );
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^LLM_MODELS_FILE: ${path.replaceAll('.', '\\.')}: `));
  });

  it.each([
    ['models.0.name: is needed', { models: [{ base_url: 'http://m.example/v1' }] }],
    ['models.0.name: is empty', { models: [{ ...model, name: '' }] }],
    ['models.0.model: is empty', { models: [{ ...model, model: '' }] }],
    ['models: is empty', { models: [] }],
    ['models: is needed', {}],
    ['the file: is empty', ''],
    [
      'models.0.api_key: keys stay out of this file: api_key_env names the variable that holds the key',
      { models: [{ ...model, api_key: 'sk-secret' }] },
    ],
  ])('says in plain words: %s', (fault, content) => {
    read(content);
    expect(faults).toEqual([`LLM_MODELS_FILE: ${fault}`]);
  });

  it('refuses what is not UTF-8', () => {
    const path = join(folder, 'models.yaml');
    writeFileSync(path, Buffer.from('\uFEFFmodels:\n', 'utf16le'));
    readModelsFile(path, {}, faults);
    expect(faults).toEqual(['LLM_MODELS_FILE: is not UTF-8. Save it as UTF-8']);
  });

  it('refuses a name that two models have', () => {
    read({ models: [model, { ...model, name: 'other' }, model] });
    expect(faults).toEqual(['LLM_MODELS_FILE: models.2.name: is the name of an earlier model too']);
  });

  it('reports all faults together, and no value', () => {
    read({
      models: [
        { ...model, name: 1 },
        { base_url: 'sk-secret-1', api_key: 'sk-secret-2', name: 'x' },
      ],
    });
    expect(faults.map((fault) => fault.split(': ')[1])).toEqual(
      expect.arrayContaining(['models.0.name', 'models.1.api_key', 'models.1.base_url']),
    );
    expect(faults.join('\n')).not.toContain('sk-secret');
  });

  it('does not repeat a key that was put where its variable should be named', () => {
    read({ models: [{ ...model, api_key_env: 'sksecret1' }] });
    expect(faults).toEqual(['LLM_MODELS_FILE: models.0.api_key_env: names a variable that is not set']);
  });
});
