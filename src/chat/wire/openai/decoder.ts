import { isSystem, type ModelMessage, type ModelParameters } from '../../../llm/completion.js';
import { textOfContent } from '../../../llm/prompt/content-text.js';
import { toWellFormedJson } from '../../../common/text/storable-json.js';
import { toStorable } from '../../../common/text/storable-text.js';
import { invalidField } from '../../../common/errors/app-error.js';
import { bringDialogue } from '../../domain/own-context.js';
import {
  type ConversationChoice,
  type HistorySource,
  type PromptChoice,
  type TurnRequest,
  USUAL_ROUNDS,
} from '../../domain/turn-request.js';
import { nameAfter, orNothing, toEndUser } from '../given-text.js';
import { passedParametersOf, textOfMetadata } from './parameters.validator.js';
import type { ChatCompletionRequestDto } from './request.dto.js';
import {
  readsFunctionCall,
  toolsOfFunctions,
  usesFunctions,
  withToolCalls,
} from './request/legacy-functions.js';
import { OPENAI_TRAITS } from './traits.js';

/**
 * What a caller of the OpenAI API means, in the core's words: its messages, which the model gets as they are. The question is
 * the text of the last message of the user.
 * @throws AppError `validation_failed` for a prompt template together with system messages, or without a question
 */
export function decodeCompletionRequest(body: ChatCompletionRequestDto): TurnRequest {
  const sent = withToolCalls(toWellFormedJson(body.messages));
  const question = toStorable(textOfContent(sent.findLast(isOfUser)?.content));
  return {
    wire: OPENAI_TRAITS,
    question,
    sent,
    endUser: toEndUser(body.user),
    conversation: decodeConversation(body, question),
    history: decodeHistory(sent),
    prompt: decodePrompt(body, sent),
    promptPointer: '/metadata/prompt_name',
    toolsPointer: usesFunctions(body) ? '/functions' : undefined,
    retrieval: 'when-used',
    model: orNothing(body.model),
    temperature: body.temperature ?? undefined,
    // 0 is what some clients send for no limit.
    maxTokens: body.max_completion_tokens || body.max_tokens || undefined,
    parameters: decodeParameters(body),
  };
}

/** What of a request its answer depends on. */
export interface CompletionForm {
  /** Whether it reads `function_call` in place of `tool_calls`. */
  readonly asFunctionCall: boolean;
  readonly disconnected: AbortSignal;
}

export function completionFormOf(
  body: ChatCompletionRequestDto,
  { disconnected }: Pick<CompletionForm, 'disconnected'>,
): CompletionForm {
  return { asFunctionCall: readsFunctionCall(body), disconnected };
}

function decodeConversation(
  body: ChatCompletionRequestDto,
  question: string,
): ConversationChoice | undefined {
  const externalId = metadataOf(body, 'conversation_id');
  if (externalId === undefined) return undefined;
  const name = metadataOf(body, 'conversation_name') ?? orNothing(nameAfter(question));
  return { externalId, name: toStorable(name ?? externalId) };
}

function metadataOf({ metadata }: ChatCompletionRequestDto, name: string): string | undefined {
  return orNothing(metadata ? (textOfMetadata(metadata, name) as string | undefined) : undefined);
}

/** Most callers send everything again; a request with only a question means the rounds of its conversation. */
function decodeHistory(sent: readonly ModelMessage[]): HistorySource {
  return bringDialogue(sent)
    ? { from: 'request', messages: [] }
    : { from: 'conversation', rounds: USUAL_ROUNDS };
}

function isOfUser({ role }: ModelMessage): boolean {
  return role === 'user';
}

function decodePrompt(
  body: ChatCompletionRequestDto,
  [first, ...others]: readonly ModelMessage[],
): PromptChoice {
  const name = metadataOf(body, 'prompt_name');
  if (name === undefined) return { kind: 'verbatim', text: '' };
  if (first && isSystem(first))
    throw invalidField('/metadata', 'give either prompt_name or system messages, not both');
  if (![first, ...others].some((message) => message && isOfUser(message)))
    throw invalidField('/metadata', 'has a prompt_name, which needs a message of the user');
  return { kind: 'template', name };
}

function decodeParameters(body: ChatCompletionRequestDto): ModelParameters | undefined {
  const { top_p, presence_penalty, frequency_penalty, seed, response_format, modalities } = body;
  const declared = { top_p, presence_penalty, frequency_penalty, seed, response_format, modalities };
  const all = { ...passedParametersOf(body), ...declared, stop: decodeStop(body), ...decodeTools(body) };
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== null);
  return given.length === 0 ? undefined : toWellFormedJson(Object.fromEntries(given));
}

/** Empty sequences stop nothing. */
function decodeStop({ stop }: ChatCompletionRequestDto): unknown {
  const sequences = Array.isArray(stop) ? stop.filter((sequence) => sequence !== '') : stop;
  return sequences === '' || sequences?.length === 0 ? undefined : sequences;
}

/** Without tools, what else is said of them is nothing that a server takes. */
function decodeTools(body: ChatCompletionRequestDto): ModelParameters {
  const { tools, tool_choice, parallel_tool_calls } = body;
  if (!tools || tools.length === 0) return toolsOfFunctions(body);
  return { tools, tool_choice, parallel_tool_calls };
}
