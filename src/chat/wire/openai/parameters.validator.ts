import { IsOptional } from 'class-validator';
import { listFault, ValidatedBy } from '../../../common/api/fields.js';
import { isJsonObject } from '../../../common/text/storable-json.js';
import { describeTextFault, toStorable } from '../../../common/text/storable-text.js';
import { MAX_PROMPT_NAME_CHARACTERS } from '../question-limits.js';

/** The body limit is the only one. */
const ANY_LENGTH = { max: Infinity };
/** Of `metadata`: what of it is ours, and how long it may be. */
const OWN_METADATA: ReadonlyMap<string, number> = new Map([
  ['conversation_id', 128],
  ['conversation_name', 255],
  ['prompt_name', MAX_PROMPT_NAME_CHARACTERS],
]);

function describeStopFault(value: unknown): string | null {
  return listFault(Array.isArray(value) ? value : [value], { one: 'sequence', max: Infinity }, (sequence) =>
    describeTextFault(sequence, ANY_LENGTH),
  );
}

/** What is not ours may be anything, and of any length: it goes nowhere. */
function describeMetadataFault(value: unknown): string | null {
  if (!isJsonObject(value)) return 'must be an object';
  for (const [name, max] of OWN_METADATA) {
    const given = textOfMetadata(value, name) ?? '';
    const isId = name !== 'conversation_name';
    const fault = describeTextFault(isId || typeof given !== 'string' ? given : toStorable(given), { max });
    if (fault !== null) return `${name} ${fault}`;
  }
  return null;
}

/** One of our own members of `metadata`: a number as its digits, as long as JSON did not round it; null is nothing. */
export function textOfMetadata(metadata: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  return Number.isSafeInteger(value) ? String(value) : value;
}

function describeResponseFormatFault(value: unknown): string | null {
  return isJsonObject(value) && typeof value['type'] === 'string' ? null : 'must be an object with a type';
}

function describeStreamOptionsFault(value: unknown): string | null {
  if (!isJsonObject(value)) return 'must be an object';
  const { include_usage: withUsage = null } = value;
  return withUsage === null || typeof withUsage === 'boolean' ? null : 'include_usage must be true or false';
}

const STOP_SCHEMA = { type: 'array', nullable: true, items: { type: 'string' } } as const;

/** `stop`: one sequence, or some. */
export const IsStop = () => ValidatedBy(describeStopFault, STOP_SCHEMA);

/** `metadata`: anything, of which ours is bounded. */
export const IsMetadata = () =>
  ValidatedBy(describeMetadataFault, { type: 'object', additionalProperties: true });

/** `response_format`: the model server's business. */
export const IsResponseFormat = () =>
  ValidatedBy(describeResponseFormatFault, { type: 'object', additionalProperties: true });

/** `stream_options`: whether the usage is wanted. */
export const IsStreamOptions = () => ValidatedBy(describeStreamOptionsFault);

/** Whether it asks for nothing: what client libraries fill in by themselves. */
const isNothing = (it: unknown) => it === false || it === 0 || (Array.isArray(it) && it.length === 0);

/**
 * What this service does not do, and an answer without it would be wrong: refused, not ignored.
 * @param wayOut what to do in its place
 */
export const IsRefused = (wayOut: string) =>
  ValidatedBy((value) => (isNothing(value) ? null : `is not supported: ${wayOut}`));

/** `modalities`: answers are text. */
export const IsTextModality = () =>
  ValidatedBy((value) => {
    if (!Array.isArray(value)) return 'must be a list';
    return value.every((one) => one === 'text') ? null : 'must be ["text"]: answers are text';
  });

const isList = (value: unknown) => Array.isArray(value);
const isSomething = () => true;

/** Of each type of value: how a fault names it, what is of it, and the parameters that have it. */
const PASSED: readonly (readonly [type: string, isRight: (value: unknown) => boolean, names: string])[] = [
  [
    'a number',
    (value) => typeof value === 'number' && Number.isFinite(value),
    'top_k min_p repetition_penalty length_penalty min_tokens truncate_prompt_tokens priority thinking_token_budget ' +
      'thinking_budget n_predict mirostat mirostat_tau mirostat_eta',
  ],
  [
    'true or false',
    (value) => typeof value === 'boolean',
    'store use_beam_search ignore_eos include_stop_str_in_output skip_special_tokens spaces_between_special_tokens ' +
      'add_special_tokens include_reasoning continue_final_message add_generation_prompt ' +
      'enable_thinking cache_prompt',
  ],
  [
    'a string',
    (value) => typeof value === 'string',
    'reasoning_effort verbosity service_tier safety_identifier prompt_cache_key prompt_cache_retention cache_salt ' +
      'guided_regex guided_grammar grammar truncation_side session_id',
  ],
  [
    'an object',
    isJsonObject,
    'logit_bias prediction web_search_options chat_template_kwargs structured_outputs vllm_xargs mm_processor_kwargs ' +
      'media_io_kwargs reasoning thinking',
  ],
  ['a list', isList, 'stop_token_ids bad_words allowed_token_ids documents guided_choice'],
  ['anything', isSomething, 'guided_json'],
];

/**
 * Parameters that go to the model server as they are, beside the declared members of the body: what OpenAI, vLLM, Ollama,
 * llama.cpp, DeepSeek and Qwen document for chat completions. Left out is what changes the form of the answer, or who decides about the messages:
 * `chat_template`, `echo`, `logprobs` and the like.
 */
export const PASSED_PARAMETERS: readonly string[] = PASSED.flatMap(([, , names]) => names.split(' '));

/** Declares {@link PASSED_PARAMETERS} as members of a body: what is not declared is dropped before it is decoded. */
export function DeclaresPassedParameters(): ClassDecorator {
  return ({ prototype }) => {
    for (const [type, isRight, names] of PASSED) {
      for (const name of names.split(' ')) {
        IsOptional()(prototype as object, name);
        ValidatedBy((value) => (isRight(value) ? null : `must be ${type}`))(prototype as object, name);
      }
    }
  };
}

/** Those of the body that are given. */
export function passedParametersOf(body: object): Record<string, unknown> {
  const given = body as Readonly<Record<string, unknown>>;
  return Object.fromEntries(PASSED_PARAMETERS.map((name) => [name, given[name]]));
}
