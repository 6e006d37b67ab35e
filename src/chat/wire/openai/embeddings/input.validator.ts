import { IsOptional } from 'class-validator';
import { ValidatedBy } from '../../../../common/api/fields.js';

/** As the OpenAI API has it. */
const MAX_INPUTS = 2_048;

type Items = readonly unknown[];

const isList = (value: unknown): value is Items => Array.isArray(value);
const isToken = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function describeTextInputFault(text: unknown): string | null {
  if (text === '') return 'must not be empty';
  return (text as string).isWellFormed()
    ? null
    : 'must be well-formed Unicode, but has a surrogate without its pair';
}

function describeTokensFault(tokens: Items): string | null {
  if (tokens.length === 0) return 'must not be empty';
  return tokens.every(isToken) ? null : 'must be token ids: whole numbers from 0';
}

/** One text, one list of token ids, or a list of several of one of them. */
export function describeInputFault(input: unknown): string | null {
  if (typeof input === 'string') return describeTextInputFault(input);
  if (!isList(input)) return 'must be a string, a list of strings, or token ids';
  if (input.length === 0 || typeof input[0] === 'number') return describeTokensFault(input);
  if (input.length > MAX_INPUTS) return `must have at most ${MAX_INPUTS} entries, but has ${input.length}`;
  const isOfTexts = typeof input[0] === 'string';
  for (const [at, entry] of input.entries()) {
    if (isOfTexts ? typeof entry !== 'string' : !isList(entry))
      return `entry ${at}: must be ${isOfTexts ? 'a string' : 'a list of token ids'}`;
    const fault = isOfTexts ? describeTextInputFault(entry) : describeTokensFault(entry as Items);
    if (fault !== null) return `entry ${at}: ${fault}`;
  }
  return null;
}

const TEXTS = { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MAX_INPUTS } as const;

/** `input`. The document has the usual form alone: clients are generated with one type. */
export const IsEmbeddingInput = () => ValidatedBy(describeInputFault, TEXTS);

/** What vLLM, NVIDIA NIM, Voyage and Cohere document beside OpenAI's members, and none of which changes the form of the answer. */
const PASSED: readonly string[] =
  'input_type truncate truncation truncate_prompt_tokens add_special_tokens normalize priority'.split(' ');

/** Declares the members of a body that go to the embedding server as they are. */
export function DeclaresPassedToEmbeddings(): ClassDecorator {
  return ({ prototype }) => {
    for (const name of PASSED) {
      IsOptional()(prototype as object, name);
      ValidatedBy(describePassedToEmbeddingsFault)(prototype as object, name);
    }
  };
}

/** Those of the body that are given. */
export function passedToEmbeddings(body: object): Record<string, unknown> {
  const given = Object.entries(body).filter(([name, value]) => PASSED.includes(name) && value !== null);
  return Object.fromEntries(given);
}

function describePassedToEmbeddingsFault(value: unknown): string | null {
  return typeof value === 'object' ? 'must be a string, a number, true or false' : null;
}
