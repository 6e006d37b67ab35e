import { toWellFormedJson } from '../../../../common/text/storable-json.js';
import { toStorable } from '../../../../common/text/storable-text.js';
import { invalidField } from '../../../../common/errors/app-error.js';
import type { ModelMessage, ModelParameters } from '../../../../llm/completion.js';
import { textOfContent } from '../../../../llm/prompt/content-text.js';
import type { ConversationChoice, HistorySource, TurnRequest } from '../../../domain/turn-request.js';
import { nameAfter, orNothing, toEndUser } from '../../given-text.js';
import { toKeptRequest } from './kept-request.js';
import type { ResponseRequestDto } from './request.dto.js';
import { refuseOrphans, toMessages } from './response-input.js';
import { allowedTools, asObject, isGiven, readOfferedTools, toChatToolChoice } from './response-tools.js';
import { RESPONSES_TRAITS } from '../traits.js';

/** As many rounds as the model has room for. */
const WHOLE_CONVERSATION: HistorySource = { from: 'conversation', rounds: 1_000 };

/** What a request refers to, as it was found. */
export interface Referred {
  /** The messages and the answer of `previous_response_id`; `[]`: none was given. */
  readonly previous: readonly ModelMessage[];
  /** The input, its references replaced by the items that they name. */
  readonly items: readonly unknown[];
}

/** The items of an input. */
export function itemsOf({ input }: ResponseRequestDto): readonly unknown[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : input;
}

/**
 * What a caller of the Responses API means, in the core's words.
 * @throws AppError `validation_failed`
 */
export function decodeResponseRequest(body: ResponseRequestDto, { previous, items }: Referred): TurnRequest {
  const { instructions } = body;
  const input = toMessages(toWellFormedJson(items));
  const system = isGiven(instructions) ? [{ role: 'system', content: toWellFormedJson(instructions) }] : [];
  const sent = [...system, ...previous, ...input];
  const question = toStorable(textOfContent(sent.findLast(({ role }) => role === 'user')?.content));
  refuseOrphans(previous, input);
  if (input.length === 0 && previous.length === 0) throw invalidField('/input', 'must have a message');
  return {
    wire: RESPONSES_TRAITS,
    question,
    sent,
    endUser: toEndUser(body.user),
    conversation: decodeConversation(body, question),
    history: isGiven(body.conversation) ? WHOLE_CONVERSATION : { from: 'request', messages: [] },
    prompt: { kind: 'verbatim', text: '' },
    retrieval: 'when-used',
    model: orNothing(body.model),
    temperature: body.temperature ?? undefined,
    maxTokens: body.max_output_tokens ?? undefined,
    parameters: decodeParameters(body),
    wireRequest: toKeptRequest(body),
  };
}

function decodeConversation(
  { conversation, previous_response_id }: ResponseRequestDto,
  question: string,
): ConversationChoice | undefined {
  if (!isGiven(conversation)) return undefined;
  if (isGiven(previous_response_id))
    throw invalidField('/conversation', 'cannot be given together with previous_response_id');
  const id = typeof conversation === 'string' ? conversation : asObject(conversation)['id'];
  const externalId = String(id);
  return { externalId, name: orNothing(nameAfter(question)) ?? externalId };
}

function decodeParameters(body: ResponseRequestDto): ModelParameters | undefined {
  const { top_p, presence_penalty, frequency_penalty, text, reasoning } = body;
  const { format, verbosity } = asObject(text);
  const given = Object.entries({
    top_p,
    presence_penalty,
    frequency_penalty,
    response_format: toResponseFormat(asObject(format)),
    verbosity,
    reasoning_effort: asObject(reasoning)['effort'],
    ...decodeTools(body),
  }).filter(([, value]) => isGiven(value));
  return given.length === 0 ? undefined : toWellFormedJson(Object.fromEntries(given));
}

function decodeTools({ tools, tool_choice: choice, parallel_tool_calls }: ResponseRequestDto): object {
  const all = readOfferedTools(tools ?? []);
  const offered = allowedTools(choice, all);
  if (offered.length === 0) return {};
  return {
    tools: offered.map(({ chatTool }) => chatTool),
    tool_choice: isGiven(choice) ? toChatToolChoice(choice, offered) : undefined,
    parallel_tool_calls,
  };
}

/** `text.format` is flat; without a schema it means any JSON. @throws AppError `validation_failed` */
function toResponseFormat({
  type,
  name,
  description,
  schema,
  strict,
}: Readonly<Record<string, unknown>>): unknown {
  if (!isGiven(type) || type === 'text') return undefined;
  if (type === 'json_object' || (type === 'json_schema' && !isGiven(schema))) return { type: 'json_object' };
  if (type !== 'json_schema')
    throw invalidField('/text/format/type', 'must be text, json_object or json_schema');
  const rest = Object.entries({ description, schema, strict }).filter(([, value]) => isGiven(value));
  return { type, json_schema: { name: name ?? 'response', ...Object.fromEntries(rest) } };
}
