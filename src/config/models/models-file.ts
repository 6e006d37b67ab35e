import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { parse, type YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { ModelConfig, TargetConfig } from '../app-config.js';
import type { Environment } from '../environment-variables.js';
import {
  continuationMode,
  DEFAULT_CONTEXT_TOKENS,
  findApiKeyFault,
  findPrefillFault,
  modelBaseUrl,
  modelName,
  partKind,
  prefillFlags,
  thinkingTags,
  toBaseUrl,
  toContinuation,
} from './model-rules.js';
import { secretReader, type SecretReader } from './secret-places.js';
import { mergeSettings, targetSettings, toTargetSettings } from './target-settings.js';

/** What the server calls the model, where that is not its name, and the variable or the file that holds its key. */
const targetOptions = {
  model: z.string().min(1).max(200).optional(),
  api_key_env: z.string().min(1).optional(),
  api_key_file: z.string().min(1).optional(),
  ...targetSettings,
};

const targetSchema = z.strictObject({ base_url: modelBaseUrl, ...targetOptions }).superRefine(refuseTwoKeys);

const modelSchema = z
  .strictObject({
    name: modelName,
    /** The one target, in short. */
    base_url: modelBaseUrl.optional(),
    ...targetOptions,
    targets: z.array(targetSchema).min(1).max(20).optional(),
    context_tokens: z.int().min(256).max(100_000_000).optional(),
    accepts: z.array(partKind).min(1).optional(),
    continuation: continuationMode,
    prefill_flags: prefillFlags,
    thinking: thinkingTags.optional(),
    pass: z.array(z.string().min(1).max(64)).max(100).optional(),
    total_timeout_ms: z.int().min(1).max(86_400_000).optional(),
    defaults: z
      .strictObject({
        temperature: z.number().min(0).max(2).optional(),
        max_tokens: z.int().min(1).optional(),
      })
      .default({}),
  })
  .superRefine(refuseContradictions);

type FileTarget = z.infer<typeof targetSchema>;
type FileModel = z.infer<typeof modelSchema>;

type KeyPlaces = { readonly api_key_env?: string; readonly api_key_file?: string };

function refuseTwoKeys({ api_key_env, api_key_file }: KeyPlaces, context: z.RefinementCtx): void {
  if (api_key_env === undefined || api_key_file === undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['api_key_file'],
    message: 'cannot be given together with api_key_env',
  });
}

function refuseContradictions(model: FileModel, context: z.RefinementCtx): void {
  const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message });
  const {
    base_url,
    model: upstream,
    api_key_env,
    api_key_file,
    targets,
    continuation,
    prefill_flags,
  } = model;
  refuseTwoKeys(model, context);
  if (targets === undefined && base_url === undefined) refuse('is needed, or targets', 'base_url');
  const ofOneTarget = [base_url, upstream, api_key_env, api_key_file];
  if (targets !== undefined && ofOneTarget.some((value) => value !== undefined))
    refuse('cannot be given beside base_url, model or api_key_…: these belong in each target', 'targets');
  const fault = findPrefillFault(continuation, prefill_flags);
  if (fault !== null) refuse(fault, 'prefill_flags');
}

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
 * Reads the models of `LLM_MODELS_FILE` (YAML, of which JSON is a part). A key is in the environment or in a file of
 * its own, never in this file: `api_key_env` names its variable (or, with `_FILE` added, the variable that names its
 * file), `api_key_file` the file. Every fault is added to `faults` with its path in the
 * file (`models.0.base_url`); none repeats a value.
 */
export function readModelsFile(path: string, environment: Environment, faults: string[]): ModelConfig[] {
  const report = (message: string) => void faults.push(`LLM_MODELS_FILE: ${message}`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    report(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return [];
  }
  if (!isUtf8(bytes)) {
    report('is not UTF-8. Save it as UTF-8');
    return [];
  }
  let content: unknown;
  try {
    content = parse(bytes.toString());
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
    for (const issue of result.error.issues) report(describeIssue(issue, content));
    return [];
  }
  const read = secretReader(environment, report);
  return result.data.models.map((model, index) => toModelConfig(model, `models.${index}`, read));
}

function describeIssue(issue: z.core.$ZodIssue, content: unknown): string {
  const path = issue.path.join('.') || 'the file';
  if (issue.code === 'unrecognized_keys' && issue.keys.includes('api_key'))
    return `${path}.api_key: keys stay out of this file: api_key_env names the variable that holds the key`;
  if (
    issue.code === 'too_small' &&
    Number(issue.minimum) === 1 &&
    issue.origin !== 'number' &&
    issue.origin !== 'int'
  )
    return `${path}: is empty`;
  if (issue.code !== 'invalid_type') return `${path}: ${issue.message}`;
  if (issue.message.endsWith('received undefined')) return `${path}: is needed`;
  const isEmpty = content === null || content === undefined;
  return `${path}: ${isEmpty ? 'is empty' : issue.message}`;
}

/** Reads the key of a target. */
function readKey(read: SecretReader, { api_key_env: env, api_key_file: file }: KeyPlaces, path: string) {
  const name = file === undefined ? 'api_key_env' : 'api_key_file';
  return read({ place: { env, file }, path: `${path}.${name}`, findFault: findApiKeyFault });
}

function toModelConfig(model: FileModel, path: string, read: SecretReader): ModelConfig {
  const { name, base_url = '', targets = [], defaults } = model;
  const toTarget = (target: FileTarget, targetPath: string): TargetConfig => ({
    baseUrl: toBaseUrl(target.base_url),
    model: target.model ?? name,
    apiKey: readKey(read, target, targetPath),
    ...toTargetSettings(mergeSettings(model, target), targetPath, read),
  });
  return {
    name,
    targets:
      targets.length > 0
        ? targets.map((target, index) => toTarget(target, `${path}.targets.${index}`))
        : [toTarget({ ...model, base_url }, path)],
    contextTokens: model.context_tokens ?? DEFAULT_CONTEXT_TOKENS,
    ...(model.context_tokens !== undefined && { hasWindow: true }),
    ...(model.accepts && { accepts: model.accepts }),
    continuation: toContinuation(model.continuation, model.prefill_flags),
    thinking: model.thinking,
    pass: model.pass,
    totalTimeoutMs: model.total_timeout_ms,
    defaults: { temperature: defaults.temperature, maxTokens: defaults.max_tokens },
  };
}
