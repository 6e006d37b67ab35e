import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parseEnvironment } from '../../src/config/environment.js';

const PAGES = ['docs/models.md', 'docs/models.zh-CN.md'] as const;

const SERVERS = [
  ...['Ollama', 'vLLM', 'SGLang', 'llama.cpp', 'LM Studio', 'FastChat', 'OpenAI', 'Azure OpenAI', 'Gemini'],
  ...['DeepSeek', 'DashScope', 'Zhipu', 'OpenRouter', 'LiteLLM'],
];

interface Block {
  readonly language: 'dotenv' | 'yaml';
  readonly text: string;
}

function readPage(file: string): string {
  return readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');
}

/** The configurations of a server: the blocks of its section. */
function configurationsOf(page: string, server: string): Block[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${server}\n`)) ?? '';
  return Array.from(section.matchAll(/^```(dotenv|yaml)\n([\s\S]+?)^```$/gm), ([, language, text]) => ({
    language: language as Block['language'],
    text: text!,
  }));
}

describe.each(SERVERS)('The configuration of %s', (server) => {
  const [english, chinese] = PAGES.map((file) => configurationsOf(readPage(file), server));
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'models-page-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** With a value for every variable that the file names. */
  function variablesOf({ language, text }: Block): NodeJS.Dict<string> {
    if (language === 'dotenv') return parseEnv(text);
    const file = join(folder, 'models.yaml');
    writeFileSync(file, text);
    const named = Array.from(text.matchAll(/\b(?:api_key_)?env: (\w+)/g), ([, name]) => [name!, 'sk-test']);
    return { ...(Object.fromEntries(named) as NodeJS.Dict<string>), LLM_MODELS_FILE: file };
  }

  it('is there', () => {
    expect(english).not.toEqual([]);
  });

  it('is the same in Chinese', () => {
    expect(chinese).toEqual(english);
  });

  it('can be started with', () => {
    for (const block of english!) {
      const { models } = parseEnvironment(variablesOf(block)).llm;
      expect(models).toHaveLength(1);
    }
  });
});
