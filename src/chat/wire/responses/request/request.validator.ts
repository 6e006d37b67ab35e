import { ValidatedBy } from '../../../../common/api/fields.js';
import { describeJsonFault, isJsonObject } from '../../../../common/text/storable-json.js';
import { describeTextFault } from '../../../../common/text/storable-text.js';

const MAX_CONVERSATION_CHARACTERS = 128;

const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;
const TEXT_OR_OBJECT = [{ type: 'string' }, ANY_OBJECT];
const OBJECTS = { type: 'array', items: ANY_OBJECT } as const;
/** With a name and a member: of a list of any objects in a union openapi-generator makes Java that does not compile. */
const ITEM = {
  ...ANY_OBJECT,
  title: 'ResponseInputItem',
  properties: { type: { type: 'string', example: 'message' } },
} as const;

function describeListFault(value: unknown): string | null {
  return Array.isArray(value) && value.every(isJsonObject)
    ? describeJsonFault(value)
    : 'must be a list of objects';
}

function describeInputFault(value: unknown): string | null {
  return typeof value === 'string' ? describeJsonFault(value) : describeListFault(value);
}

function describeChoiceFault(value: unknown): string | null {
  return typeof value === 'string' || isJsonObject(value)
    ? describeJsonFault(value)
    : 'must be a word or an object';
}

function describeObjectFault(value: unknown): string | null {
  return isJsonObject(value) ? describeJsonFault(value) : 'must be an object';
}

function describeConversationFault(value: unknown): string | null {
  const id = isJsonObject(value) ? value['id'] : value;
  return describeTextFault(id, { min: 1, max: MAX_CONVERSATION_CHARACTERS });
}

function describeIncludeFault(value: unknown): string | null {
  if (!Array.isArray(value)) return 'must be a list';
  return value.includes('message.output_text.logprobs') ? 'log probabilities are not supported' : null;
}

function describeBackgroundFault(value: unknown): string | null {
  if (value === false) return null;
  return 'is not supported: leave it out, and read the answer or its stream; both can be read again';
}

/** A text that the model gets as it is. */
export const IsInstructions = () =>
  ValidatedBy((value) => (typeof value === 'string' ? null : 'must be a string'));

/** `input`: a text, or a list of items, which are read when they are decoded. */
export const IsInput = () =>
  ValidatedBy(describeInputFault, {
    title: 'ResponseInput',
    oneOf: [{ type: 'string' }, { type: 'array', items: ITEM }],
  });

export const IsObject = () => ValidatedBy(describeObjectFault, ANY_OBJECT);
export const IsListOfObjects = () => ValidatedBy(describeListFault, OBJECTS);

/** `tool_choice`: a word, or an object that names a tool. */
export const IsResponseToolChoice = () =>
  ValidatedBy(describeChoiceFault, { title: 'ResponseRequestToolChoice', oneOf: TEXT_OR_OBJECT });

/** `conversation`: an id, or an object that has it. */
export const IsConversation = () =>
  ValidatedBy(describeConversationFault, { title: 'ResponseRequestConversation', oneOf: TEXT_OR_OBJECT });

/** `include`: all that it can name is in the answer already, or cannot be had. */
export const IsInclude = () => ValidatedBy(describeIncludeFault);

/** `background`: its answer would come later, in another request. */
export const IsInForeground = () => ValidatedBy(describeBackgroundFault);

/** Without its effect an answer would be wrong. */
export const IsNotAsked = () =>
  ValidatedBy((value) => (value === 0 || value === false ? null : 'is not supported: leave it out'));
