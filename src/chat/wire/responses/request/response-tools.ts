import { invalidField } from '../../../../common/errors/app-error.js';
import { isJsonObject } from '../../../../common/text/storable-json.js';

type Tool = Readonly<Record<string, unknown>>;

/** What the caller calls a tool that the model knows as a function. */
export interface OfferedTool {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly namespace?: string;
  /** What the model calls it. */
  readonly chatName: string;
  /** As a model server gets it. */
  readonly chatTool: Tool;
}

/** The argument of the function that a custom tool becomes. */
const CUSTOM_ARGUMENT = 'input';

/**
 * What runs at OpenAI, and clients send without being asked to: codex offers a search and images with each request. The
 * model gets an answer's other tools; a refusal would shut such a client out.
 */
const IGNORED = /^(?:web_search(?:_preview)?(?:_\d.*)?|image_generation|tool_search)$/;

/**
 * The tools that the model is offered, in order: functions as they are, those of a namespace under its name and theirs, and a
 * custom tool as a function of one text.
 * @throws AppError `validation_failed` for a tool that cannot be offered
 */
export function readOfferedTools(tools: readonly unknown[] = []): OfferedTool[] {
  return tools.flatMap((tool, index) => readTool(tool, `/tools/${index}`));
}

function readTool(value: unknown, pointer: string, namespace?: string): OfferedTool[] {
  const tool = asObject(value);
  const { type, name } = tool;
  if (type === 'namespace' && Array.isArray(tool['tools']) && typeof name === 'string' && !namespace)
    return tool['tools'].flatMap((inner, index) => readTool(inner, `${pointer}/tools/${index}`, name));
  if (typeof type === 'string' && IGNORED.test(type)) return [];
  if (type !== 'function' && type !== 'custom')
    throw invalidField(
      pointer,
      `is a tool that this service does not run${nameOf(type)}: leave it out, or offer a function and run it yourself`,
    );
  if (typeof name !== 'string' || name === '') throw invalidField(`${pointer}/name`, 'must be a name');
  const chatName = toChatName(name, namespace);
  const chatTool = type === 'function' ? toFunction(tool, chatName) : toCustomFunction(tool, chatName);
  return [{ kind: type, name, namespace, chatName, chatTool: { type: 'function', function: chatTool } }];
}

/** The tool that a model calls so; undefined: it was not offered. */
export function findOffered(tools: readonly OfferedTool[], chatName: unknown): OfferedTool | undefined {
  return tools.find((tool) => tool.chatName === chatName);
}

/** Only names of OpenAI's own tools: another text would be repeated to its sender, and to a log. */
function nameOf(type: unknown): string {
  return typeof type === 'string' && /^[a-z_0-9]{1,40}$/.test(type) ? ` (${type})` : '';
}

/** What a model calls a tool. Models know one list of names. */
export function toChatName(name: string, namespace?: string): string {
  return namespace === undefined ? name : `${namespace}__${name}`;
}

function toFunction({ description, parameters, strict }: Tool, name: string): Tool {
  const given = Object.entries({ description, parameters, strict }).filter(([, value]) => isGiven(value));
  return { name, ...Object.fromEntries(given) };
}

/** The model reads the grammar in the description: a chat completion has no other place for it. */
function toCustomFunction({ description, format }: Tool, name: string): Tool {
  const { definition, syntax } = asObject(format);
  const grammar =
    typeof definition === 'string' ? `The input follows this ${String(syntax)} grammar:\n${definition}` : '';
  const about = [description, grammar].filter((text) => typeof text === 'string' && text !== '').join('\n\n');
  return {
    name,
    ...(about !== '' && { description: about }),
    parameters: {
      type: 'object',
      properties: { [CUSTOM_ARGUMENT]: { type: 'string' } },
      required: [CUSTOM_ARGUMENT],
      additionalProperties: false,
    },
  };
}

/** The arguments of a function for the input of a custom tool, as JSON. */
export function toCustomArguments(input: string): string {
  return JSON.stringify({ [CUSTOM_ARGUMENT]: input });
}

/** The input of a custom tool, of the arguments that a model wrote; as they are, where they are not as they should be. */
export function readCustomInput(json: string): string {
  try {
    const { [CUSTOM_ARGUMENT]: input } = asObject(JSON.parse(json));
    return typeof input === 'string' ? input : json;
  } catch {
    return json;
  }
}

/** `tool_choice` as a model server gets it. @throws AppError `validation_failed` */
export function toChatToolChoice(choice: unknown, tools: readonly OfferedTool[]): unknown {
  if (typeof choice === 'string') return choice;
  const { type, name, mode } = asObject(choice);
  if (type === 'allowed_tools') return mode ?? 'auto';
  const tool = tools.find((one) => one.kind === type && one.name === name);
  if (!tool) throw invalidField('/tool_choice', 'must name a function or custom tool of `tools`');
  return { type: 'function', function: { name: tool.chatName } };
}

/** Those of the tools that `tool_choice` allows. */
export function allowedTools(choice: unknown, tools: readonly OfferedTool[]): readonly OfferedTool[] {
  const { type, tools: allowed } = asObject(choice);
  if (type !== 'allowed_tools' || !Array.isArray(allowed)) return tools;
  const names = allowed.map((tool) => asObject(tool)['name']);
  return tools.filter(({ name }) => names.includes(name));
}

/** A tool as a response repeats it: with all of its members. */
export function toEchoedTools(tools: readonly unknown[] = []): Tool[] {
  return tools.map(asObject).flatMap((tool) => {
    const { type, name, description = null, parameters = null, strict = null } = tool;
    if (typeof type === 'string' && IGNORED.test(type)) return [];
    return type === 'function' ? [{ type, name, description, parameters, strict }] : [tool];
  });
}

export function asObject(value: unknown): Tool {
  return isJsonObject(value) ? value : {};
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A text member of a value; anything else is no text. */
export function textIn(value: unknown, name = 'text'): string {
  const text = asObject(value)[name];
  return typeof text === 'string' ? text : '';
}
