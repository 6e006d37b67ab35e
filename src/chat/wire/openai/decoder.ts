import type { ChatMessage, ModelParameters } from '../../../llm/completion.js';
import { invalidField } from '../../../common/errors/app-error.js';
import {
  type ConversationChoice,
  type HistorySource,
  type PromptChoice,
  type TurnRequest,
  USUAL_ROUNDS,
} from '../../domain/turn-request.js';
import { nameAfter, orNothing } from '../given-text.js';
import { passedParametersOf } from './parameters.validator.js';
import type { ChatCompletionRequestDto } from './request.dto.js';
import { OPENAI_TRAITS } from './traits.js';
import type { ChatCompletionMessageDto } from './message.dto.js';
import { textOfMessage } from './messages.validator.js';

/**
 * What a caller of the OpenAI API means, in the core's words: its first system messages are the instructions, its last
 * message is the question, and the messages between are the history.
 * @throws AppError `validation_failed` for system messages together with a prompt template
 */
export function decodeCompletionRequest(body: ChatCompletionRequestDto): TurnRequest {
  const { messages } = body;
  const question = textOfMessage(messages.at(-1)!);
  const begin = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  return {
    wire: OPENAI_TRAITS,
    question,
    endUser: orNothing(body.user),
    conversation: decodeConversation(body, question),
    history: decodeHistory(messages.slice(begin, -1)),
    prompt: decodePrompt(body, messages.slice(0, begin)),
    promptPointer: '/metadata/prompt_name',
    retrieval: 'when-used',
    model: orNothing(body.model),
    temperature: body.temperature ?? undefined,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    parameters: decodeParameters(body),
  };
}

function decodeConversation(
  { metadata }: ChatCompletionRequestDto,
  question: string,
): ConversationChoice | undefined {
  const externalId = orNothing(metadata?.['conversation_id']);
  if (externalId === undefined) return undefined;
  const name = orNothing(metadata?.['conversation_name']);
  return { externalId, name: name ?? nameAfter(question) };
}

/** Most callers send everything again; a request with only a question means the rounds of its conversation. */
function decodeHistory(earlier: readonly ChatCompletionMessageDto[]): HistorySource {
  if (earlier.length === 0) return { from: 'conversation', rounds: USUAL_ROUNDS };
  return { from: 'request', messages: earlier.map(decodeMessage) };
}

function decodeMessage(message: ChatCompletionMessageDto): ChatMessage {
  const role = message.role === 'developer' ? 'system' : message.role;
  return { role, content: textOfMessage(message) };
}

function decodePrompt(
  { metadata }: ChatCompletionRequestDto,
  system: readonly ChatCompletionMessageDto[],
): PromptChoice {
  const name = orNothing(metadata?.['prompt_name']);
  if (name === undefined) return { kind: 'verbatim', text: system.map(textOfMessage).join('\n\n') };
  if (system.length > 0)
    throw invalidField('/metadata', 'give either prompt_name or system messages, not both');
  return { kind: 'template', name };
}

function decodeParameters(body: ChatCompletionRequestDto): ModelParameters | undefined {
  const { top_p, stop, presence_penalty, frequency_penalty, seed, response_format } = body;
  const declared = { top_p, stop, presence_penalty, frequency_penalty, seed, response_format };
  const given = Object.entries({ ...passedParametersOf(body), ...declared });
  const parameters = given.filter(([, value]) => value !== undefined && value !== null);
  return parameters.length === 0 ? undefined : Object.fromEntries(parameters);
}
