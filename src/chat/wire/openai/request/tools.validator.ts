import type { ValidationArguments } from 'class-validator';
import { listFault, ValidatedBy } from '../../../../common/api/fields.js';
import { describeJsonFault, isJsonObject } from '../../../../common/text/storable-json.js';

const NAMED = '{"type": "function", "function": {"name": …}}';
const CHOICES: readonly unknown[] = ['none', 'auto', 'required'];
const MODES: readonly unknown[] = ['auto', 'required'];
const MANY = { max: Infinity };

/** A list of objects of any shape. */
const OBJECTS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

const WORD_OR_OBJECT = [{ type: 'string' }, { type: 'object', additionalProperties: true }];

/** `tools`: functions, and other types of tools as the model server takes them. */
export const IsTools = () => ValidatedBy(describeToolsFault, { ...OBJECTS, nullable: true });

/** `tool_choice`: a word, or a tool of the same request. */
export const IsToolChoice = () =>
  ValidatedBy(describeToolChoiceFault, { title: 'ChatCompletionToolChoice', oneOf: WORD_OR_OBJECT });

/** `functions`, which were tools once. */
export const IsFunctions = () => ValidatedBy(describeFunctionsFault, { ...OBJECTS, nullable: true });

/** `function_call`, which was the choice of a tool once. */
export const IsFunctionCall = () =>
  ValidatedBy(describeFunctionCallFault, { title: 'ChatCompletionFunctionChoice', oneOf: WORD_OR_OBJECT });

/** `parallel_tool_calls`. */
export const IsFlag = () =>
  ValidatedBy((value) => (typeof value === 'boolean' ? null : 'must be true or false'), { type: 'boolean' });

/** The names of the tools of a list that was validated. */
export function namesOfTools(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown) => {
    const { function: called, custom } = tool as { function?: unknown; custom?: unknown };
    const name = nameIn(called) ?? nameIn(custom);
    return name === undefined ? [] : [name];
  });
}

function describeToolsFault(value: unknown): string | null {
  return listFault(value, { one: 'tool', ...MANY }, describeToolFault) ?? describeJsonFault(value);
}

function describeToolFault(tool: unknown): string | null {
  if (!isJsonObject(tool)) return `must be ${NAMED}`;
  const { type = 'function' } = tool;
  if (typeof type !== 'string') return 'type must be a string';
  if (type === 'custom') return nameIn(tool['custom']) === undefined ? 'custom must have a name' : null;
  if (type !== 'function') return null;
  const fault = describeFunctionFault(tool['function']);
  return fault === null ? null : `function ${fault}`;
}

function describeFunctionFault(value: unknown): string | null {
  if (nameIn(value) === undefined) return 'must be an object with a name';
  const { description, parameters } = value as Record<string, unknown>;
  if (description !== undefined && description !== null && typeof description !== 'string')
    return 'has a description that must be a string';
  if (parameters !== undefined && parameters !== null && !isJsonObject(parameters))
    return 'has parameters that must be a JSON schema';
  return null;
}

function describeFunctionsFault(value: unknown, { object }: ValidationArguments): string | null {
  const { tools } = object as { tools?: unknown };
  if (Array.isArray(value) && value.length > 0 && namesOfTools(tools).length > 0)
    return 'cannot be given together with tools, which took their place';
  return listFault(value, { one: 'function', ...MANY }, describeFunctionFault) ?? describeJsonFault(value);
}

function describeToolChoiceFault(value: unknown, { object }: ValidationArguments): string | null {
  const { tools } = object as { tools?: unknown };
  const hasTools = Array.isArray(tools) && tools.length > 0;
  if (value === 'required' && !hasTools) return 'needs tools: send them with it';
  if (CHOICES.includes(value)) return null;
  if (!isJsonObject(value)) return `must be none, auto, required or ${NAMED}`;
  const { type = 'function' } = value;
  if (type === 'allowed_tools') return describeAllowedFault(value['allowed_tools']);
  if (type !== 'function' && type !== 'custom')
    return typeof type === 'string' ? null : 'type must be a string';
  return describeNameFault(nameIn(value[type]), namesOfTools(tools), NAMED);
}

function describeAllowedFault(allowed: unknown): string | null {
  const { mode, tools } = isJsonObject(allowed) ? allowed : {};
  const isRight = MODES.includes(mode) && Array.isArray(tools) && tools.every(isJsonObject);
  return isRight ? null : 'allowed_tools must be {"mode": "auto" or "required", "tools": […]}';
}

function describeFunctionCallFault(value: unknown, { object }: ValidationArguments): string | null {
  if (value === 'none' || value === 'auto') return null;
  const { functions } = object as { functions?: unknown };
  const names = Array.isArray(functions) ? functions.flatMap((one) => nameIn(one) ?? []) : [];
  return describeNameFault(nameIn(value), names, '{"name": …}');
}

function describeNameFault(name: string | undefined, names: readonly string[], form: string): string | null {
  if (name === undefined) return `must be a known word, or ${form}`;
  return names.includes(name) ? null : 'names a tool that is not among those of the request';
}

function nameIn(value: unknown): string | undefined {
  const name = isJsonObject(value) ? value['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
