import { IsOptional } from 'class-validator';
import { listFault, ValidatedBy } from '../../../common/api/fields.js';
import { describeTextFault } from '../../../common/text/storable-text.js';
import { MAX_PROMPT_NAME_CHARACTERS } from '../question-limits.js';

/** As the OpenAI API has it. */
const SEQUENCES = { one: 'sequence', max: 16 };
const MAX_STOP_CHARACTERS = 1_000;
const MAX_RESPONSE_FORMAT_CHARACTERS = 32_000;
const MAX_METADATA_CHARACTERS = 512;
/** Of `metadata`: what of it is ours, and how long it may be. */
const OWN_METADATA: ReadonlyMap<string, number> = new Map([
  ['conversation_id', 128],
  ['conversation_name', 255],
  ['prompt_name', MAX_PROMPT_NAME_CHARACTERS],
]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describeStopFault(value: unknown): string | null {
  return listFault(Array.isArray(value) ? value : [value], SEQUENCES, (sequence) =>
    describeTextFault(sequence, { min: 1, max: MAX_STOP_CHARACTERS }),
  );
}

function describeMetadataFault(value: unknown): string | null {
  if (!isObject(value)) return 'must be an object of strings';
  for (const [name, text] of Object.entries(value)) {
    const max = OWN_METADATA.get(name) ?? MAX_METADATA_CHARACTERS;
    const fault = describeTextFault(text, { max }) ?? describeTextFault(name, { max });
    // A name may be what is at fault, and is never repeated.
    if (fault !== null) return `${OWN_METADATA.has(name) ? name : 'a member'} ${fault}`;
  }
  return null;
}

function describeResponseFormatFault(value: unknown): string | null {
  if (!isObject(value) || typeof value['type'] !== 'string') return 'must be an object with a type';
  return describePassedFault(value);
}

/** A parameter of the model server may be anything, within a size. */
function describePassedFault(value: unknown): string | null {
  return describeTextFault(JSON.stringify(value), { max: MAX_RESPONSE_FORMAT_CHARACTERS });
}

function describeStreamOptionsFault(value: unknown): string | null {
  if (!isObject(value)) return 'must be an object';
  const { include_usage: withUsage = null } = value;
  return withUsage === null || typeof withUsage === 'boolean' ? null : 'include_usage must be true or false';
}

const STOP_SCHEMA = { type: 'array', nullable: true, items: { type: 'string' } } as const;

/** `stop`: one sequence, or some. */
export const IsStop = () => ValidatedBy(describeStopFault, { ...STOP_SCHEMA, maxItems: SEQUENCES.max });

/** `metadata`: any strings, of which ours are bounded. */
export const IsMetadata = () =>
  ValidatedBy(describeMetadataFault, { type: 'object', additionalProperties: { type: 'string' } });

/** `response_format`: the model server's business, within a size. */
export const IsResponseFormat = () =>
  ValidatedBy(describeResponseFormatFault, { type: 'object', additionalProperties: true });

/** `stream_options`: whether the usage is wanted. */
export const IsStreamOptions = () => ValidatedBy(describeStreamOptionsFault);

/** Whether it asks for nothing: what client libraries fill in by themselves. */
const isNothing = (it: unknown) => it === false || it === 0 || (Array.isArray(it) && it.length === 0);

/** What this service does not do, and an answer without it would be wrong: refused, not ignored. */
export const IsRefused = () =>
  ValidatedBy((value) => (isNothing(value) ? null : 'is not supported: leave it out'));

/**
 * Parameters that go to the model server as they are, beside the declared members of the body: what OpenAI, vLLM and Ollama
 * document for chat completions. Left out is what changes who decides about the messages or the form of the answer:
 * `chat_template`, `add_generation_prompt`, `echo`, `logprobs` and the like.
 */
export const PASSED_PARAMETERS: readonly string[] = [
  // OpenAI
  'reasoning_effort verbosity logit_bias service_tier store prediction safety_identifier prompt_cache_key',
  'web_search_options',
  // vLLM: sampling
  'top_k min_p repetition_penalty length_penalty use_beam_search min_tokens ignore_eos stop_token_ids bad_words',
  'include_stop_str_in_output skip_special_tokens spaces_between_special_tokens truncate_prompt_tokens',
  'allowed_token_ids',
  // vLLM: template, structure, scheduling
  'chat_template_kwargs documents structured_outputs guided_json guided_regex guided_choice guided_grammar',
  'priority cache_salt include_reasoning add_special_tokens vllm_xargs',
  // Ollama
  'reasoning',
].flatMap((names) => names.split(' '));

/** Declares {@link PASSED_PARAMETERS} as members of a body: what is not declared is dropped before it is decoded. */
export function DeclaresPassedParameters(): ClassDecorator {
  return ({ prototype }) => {
    for (const name of PASSED_PARAMETERS) {
      IsOptional()(prototype as object, name);
      ValidatedBy(describePassedFault)(prototype as object, name);
    }
  };
}

/** Those of the body that are given. */
export function passedParametersOf(body: object): Record<string, unknown> {
  const given = body as Readonly<Record<string, unknown>>;
  return Object.fromEntries(PASSED_PARAMETERS.map((name) => [name, given[name]]));
}
