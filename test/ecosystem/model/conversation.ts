import { exampleOf, type Schema } from './example.js';
import { sizeOfImage } from './image-size.js';

interface Part {
  readonly type?: string;
  readonly text?: string;
  readonly image_url?: { readonly url?: string };
}

export interface Message {
  readonly role: string;
  readonly content?: string | readonly Part[] | null;
}

interface Tool {
  readonly function: { readonly name: string; readonly parameters?: Schema };
}

/** A request for a chat completion, as far as the model reads it. */
export interface ChatBody {
  readonly messages: readonly Message[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly tools?: readonly Tool[];
  readonly tool_choice?: string | { readonly function?: { readonly name?: string } };
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema?: Schema } };
}

/** What the model does with a request. */
export type Reply =
  | { readonly kind: 'text'; readonly text: string; readonly thinking?: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: string }
  | { readonly kind: 'slow' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'failure'; readonly status: number };

export const MODEL = 'test-model';

/** What the model says to a question that asks for nothing special. */
export const ANSWER = 'Goods can be returned within 30 days. 退货期限是 30 天。👍🏽';

/** Decides the reply by the words of the question, the offered tools and the wanted format. */
export function replyTo(body: ChatBody): Reply {
  const question = textOf(body.messages.findLast(({ role }) => role === 'user'));
  const status = /Fail with (\d{3})/.exec(question)?.[1];
  if (status !== undefined) return { kind: 'failure', status: Number(status) };
  const forced = forcedCall(body);
  if (forced) return forced;
  const last = body.messages.at(-1);
  if (last?.role === 'tool') return { kind: 'text', text: `The tool says: ${textOf(last)}` };
  if (question.includes('Speak slowly')) return { kind: 'slow' };
  // A continuation has the question among its earlier messages: it must break off as well.
  if (body.messages.some((message) => textOf(message).includes('Break off'))) return { kind: 'cut' };
  const asked = askedCall(body, question);
  if (asked) return asked;
  const image = imageOf(body.messages);
  const text = formatted(body) ?? (image === undefined ? ANSWER : sizeOfImage(image));
  return { kind: 'text', text, ...(question.includes('Think first') && { thinking: 'Let me think.' }) };
}

/** The text of a message, whichever form its content has. */
export function textOf(message: Message | undefined): string {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('');
}

function forcedCall({ tools = [], tool_choice: choice }: ChatBody): Reply | undefined {
  if (typeof choice === 'object')
    return callOf(tools.find((tool) => tool.function.name === choice.function?.name));
  return choice === 'required' ? callOf(tools[0]) : undefined;
}

/** `Use the tool get_weather with {"city":"Paris"}`: another name means the first tool that is offered. */
function askedCall({ tools = [] }: ChatBody, question: string): Reply | undefined {
  const [, name, given] = /Use the tool ([\w-]+)(?: with (\{[^}]*\}))?/.exec(question) ?? [];
  if (name === undefined) return undefined;
  return callOf(tools.find((tool) => tool.function.name === name) ?? tools[0], given);
}

function callOf(tool: Tool | undefined, given?: string): Reply | undefined {
  if (tool === undefined) return undefined;
  const { name, parameters = {} } = tool.function;
  return { kind: 'call', name, arguments: given ?? JSON.stringify(exampleOf(parameters)) };
}

function formatted({ response_format: format }: ChatBody): string | undefined {
  if (format?.type === 'json_schema') return JSON.stringify(exampleOf(format.json_schema?.schema ?? {}));
  return format?.type === 'json_object' ? JSON.stringify({ name: 'Ada', age: 36 }) : undefined;
}

function imageOf(messages: readonly Message[]): string | undefined {
  const parts = messages.flatMap(({ content }) => (typeof content === 'object' ? (content ?? []) : []));
  return parts.find(({ type }) => type === 'image_url')?.image_url?.url;
}
