import { readFileSync } from 'node:fs';
import { parse, type YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { ModelConfig } from './app-config.js';
import type { Environment } from './environment-variables.js';
import {
  DEFAULT_CONTEXT_TOKENS,
  findApiKeyFault,
  modelBaseUrl,
  modelName,
  toBaseUrl,
} from './model-rules.js';

const modelSchema = z.strictObject({
  name: modelName,
  base_url: modelBaseUrl,
  /** What the server calls the model, where that is not `name`. */
  model: z.string().min(1).max(200).optional(),
  api_key_env: z.string().min(1).optional(),
  context_tokens: z.int().min(256).max(100_000_000).default(DEFAULT_CONTEXT_TOKENS),
  defaults: z
    .strictObject({ temperature: z.number().min(0).max(2).optional(), max_tokens: z.int().min(1).optional() })
    .default({}),
});

type FileModel = z.infer<typeof modelSchema>;

const modelsFileSchema = z.strictObject({
  models: z.array(modelSchema).min(1).superRefine(refuseEqualNames),
});

function refuseEqualNames(models: readonly FileModel[], context: z.RefinementCtx): void {
  const names = models.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    context.addIssue({
      code: 'custom',
      path: [index, 'name'],
      message: 'is the name of an earlier model too',
    });
  });
}

/**
 * Reads the models of `LLM_MODELS_FILE` (YAML, of which JSON is a part). A key stands in the environment,
 * never in the file: `api_key_env` names its variable. Every fault is added to `faults` with its path in the
 * file (`models.0.base_url`); none repeats a value.
 */
export function readModelsFile(path: string, environment: Environment, faults: string[]): ModelConfig[] {
  const report = (message: string) => void faults.push(`LLM_MODELS_FILE: ${message}`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    report(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return [];
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    // Without the parser's message, which quotes the file.
    report(`is not valid YAML or JSON${lineOf(error)}`);
    return [];
  }
  return toModels(content, environment, report);
}

function lineOf(error: unknown): string {
  const line = (error as Partial<YAMLParseError>).linePos?.[0].line;
  return line === undefined ? '' : ` (line ${line})`;
}

function toModels(
  content: unknown,
  environment: Environment,
  report: (fault: string) => void,
): ModelConfig[] {
  const result = modelsFileSchema.safeParse(content);
  if (!result.success) {
    for (const issue of result.error.issues)
      report(`${issue.path.join('.') || 'the file'}: ${issue.message}`);
    return [];
  }
  return result.data.models.map((model, index) => {
    const apiKey = model.api_key_env === undefined ? undefined : environment[model.api_key_env]?.trim();
    const fault = model.api_key_env === undefined ? null : findApiKeyFault(apiKey);
    // Without the variable's name: somebody may have put the key there in its place.
    if (fault !== null) report(`models.${index}.api_key_env: names a variable that ${fault}`);
    return toModelConfig(model, apiKey);
  });
}

function toModelConfig(model: FileModel, apiKey: string | undefined): ModelConfig {
  return {
    name: model.name,
    targets: [{ baseUrl: toBaseUrl(model.base_url), model: model.model ?? model.name, apiKey }],
    contextTokens: model.context_tokens,
    defaults: { temperature: model.defaults.temperature, maxTokens: model.defaults.max_tokens },
  };
}
