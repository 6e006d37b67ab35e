import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelConfig } from '../app-config.js';
import type { Environment } from '../environment-variables.js';
import { readModelsFile } from './models-file.js';

describe('the settings of a model and of its targets', () => {
  let folder: string;
  let faults: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'target-settings-'));
    faults = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(model: object, environment: Environment = {}): ModelConfig | undefined {
    const path = join(folder, 'models.json');
    writeFileSync(
      path,
      JSON.stringify({ models: [{ name: 'm', base_url: 'http://m.example/v1', ...model }] }),
    );
    return readModelsFile(path, environment, faults)[0];
  }

  it('are read, and no value of a header is in the file', () => {
    const file = join(folder, 'tenant');
    writeFileSync(file, 'tenant 5\n');
    const model = read(
      {
        headers: { 'X-Org': { env: 'ORG' }, 'X-Tenant': { file } },
        api_key_header: 'Api-Key',
        extra_body: { chat_template_kwargs: { enable_thinking: false } },
        parameters: { max_tokens: 'max_completion_tokens', temperature: 'drop' },
        system_role: 'developer',
        stream: false,
        stream_options: false,
        connect_timeout_ms: 1,
        first_token_timeout_ms: 2,
        idle_timeout_ms: 3,
        total_timeout_ms: 4,
      },
      { ORG: 'org-1' },
    );
    expect(faults).toEqual([]);
    expect(model).toMatchObject({ totalTimeoutMs: 4 });
    expect(model?.targets).toEqual([
      {
        baseUrl: 'http://m.example/v1',
        model: 'm',
        headers: { 'x-org': 'org-1', 'x-tenant': 'tenant 5' },
        apiKeyHeader: 'api-key',
        extraBody: { chat_template_kwargs: { enable_thinking: false } },
        parameters: { max_tokens: 'max_completion_tokens', temperature: null },
        systemRole: 'developer',
        stream: false,
        streamOptions: false,
        connectTimeoutMs: 1,
        firstTokenTimeoutMs: 2,
        idleTimeoutMs: 3,
      },
    ]);
  });

  it('of a model hold for its targets, which may have their own', () => {
    const model = read({
      base_url: undefined,
      system_role: 'user',
      idle_timeout_ms: 3,
      parameters: { seed: 'drop' },
      targets: [
        { base_url: 'http://a.example/v1' },
        {
          base_url: 'http://b.example/v1',
          system_role: 'system',
          parameters: { top_p: 'drop' },
          extra_body: { n: 1 },
        },
      ],
    });
    expect(faults).toEqual([]);
    expect(model?.targets).toEqual([
      {
        baseUrl: 'http://a.example/v1',
        model: 'm',
        systemRole: 'user',
        idleTimeoutMs: 3,
        parameters: { seed: null },
      },
      {
        baseUrl: 'http://b.example/v1',
        model: 'm',
        systemRole: 'system',
        idleTimeoutMs: 3,
        parameters: { seed: null, top_p: null },
        extraBody: { n: 1 },
      },
    ]);
  });

  it.each([
    ['headers.X-Org', { headers: { 'X-Org': 'org-secret' } }],
    ['headers.X-Org', { headers: { 'X-Org': {} } }],
    ['headers.X-Org', { headers: { 'X-Org': { env: 'NOT_SET' } } }],
    ['headers.X-Org', { headers: { 'X-Org': { env: 'BAD' } } }],
    ['headers.X-Org', { headers: { 'X-Org': { env: 'ORG', file: '/x' } } }],
    ['headers.X-Org', { headers: { 'X-Org': { file: '/nowhere/org' } } }],
    ['headers.X Org', { headers: { 'X Org': { env: 'ORG' } } }],
    ['headers.Content-Type', { headers: { 'Content-Type': { env: 'ORG' } } }],
    ['api_key_header', { api_key_header: 'host' }],
    ['extra_body', { extra_body: 'x' }],
    ['extra_body.stream', { extra_body: { stream: false } }],
    ['extra_body.messages', { extra_body: { messages: [] } }],
    ['extra_body.model', { extra_body: { model: 'x' } }],
    ['extra_body', { extra_body: { x: 'x'.repeat(32_001) } }],
    ['parameters.messages', { parameters: { messages: 'drop' } }],
    ['parameters.temperature', { parameters: { temperature: 'model' } }],
    ['parameters.temperature', { parameters: { temperature: 1 } }],
    ['parameters.max_completion_tokens', { parameters: { max_completion_tokens: 'max_tokens' } }],
    ['system_role', { system_role: 'assistant' }],
    ['stream', { stream: 'no' }],
    ['stream_options', { stream_options: { include_usage: false } }],
    ['idle_timeout_ms', { idle_timeout_ms: 0 }],
    ['total_timeout_ms', { total_timeout_ms: '5 s' }],
  ])('are refused: %s of %j', (path, settings) => {
    read(settings, { ORG: 'org-1', BAD: 'org-secret\u00e9' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`LLM_MODELS_FILE: models.0.${path}: `);
    expect(faults.join()).not.toContain('org-secret');
  });

  it('say where the value of a header belongs', () => {
    read({ headers: { 'X-Org': 'org-secret' } });
    expect(faults).toEqual([
      'LLM_MODELS_FILE: models.0.headers.X-Org: values stay out of this file: {env: NAME} names the variable that holds it, {file: PATH} the file',
    ]);
  });
});
