import { type CallPiece, decodeToolCalls } from './tool-calls.js';

/** A message of a `chat.completion`, or the delta of a chunk. Nothing of it is trusted to have its type. */
export interface RawMessage {
  readonly content?: unknown;
  readonly refusal?: unknown;
  readonly reasoning_content?: unknown;
  readonly reasoning?: unknown;
  readonly reasoning_details?: unknown;
  readonly tool_calls?: unknown;
  readonly function_call?: unknown;
}

export interface MessageContent {
  /** `''` where it has none. */
  readonly text: string;
  /** `''` where it has none. */
  readonly reasoning: string;
  /** Absent: none. */
  readonly calls?: readonly CallPiece[];
  /** Whether the model made a token: of its answer, of a call, or of its reasoning, which the server may keep to itself. */
  readonly hasToken: boolean;
}

/** What a model said, in the forms of all servers. A refusal is what it answers. */
export function decodeMessage(said: RawMessage): MessageContent {
  const parts = decodeParts(said.content);
  const details = decodeDetails(said.reasoning_details);
  const text = parts.text + textOf(said.refusal);
  // Servers that give their reasoning in two places give the same reasoning twice.
  const reasoning =
    textOf(said.reasoning_content) || textOf(said.reasoning) || parts.reasoning || details.reasoning;
  const pieces = decodeToolCalls(said.tool_calls, said.function_call);
  const calls = pieces.length > 0 ? pieces : undefined;
  const hasToken = text !== '' || reasoning !== '' || !!calls || parts.isHidden || details.isHidden;
  return { text, reasoning, calls, hasToken };
}

/** The texts of a list of parts. */
interface Parts {
  readonly text: string;
  readonly reasoning: string;
  /** Whether it has reasoning that the server encrypted. */
  readonly isHidden: boolean;
}

const NO_PARTS: Parts = { text: '', reasoning: '', isHidden: false };

interface RawPart {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly thinking?: unknown;
  readonly reasoning?: unknown;
  readonly summary?: unknown;
  readonly data?: unknown;
}

/** A part may have none, and that of OpenAI's Responses has a name of its own. */
const TYPES_OF_TEXT: ReadonlySet<unknown> = new Set(['text', 'output_text', undefined, null]);

/** Some servers send a list of parts in place of a string. Its texts are the answer, but for those of thinking. */
function decodeParts(content: unknown): Parts {
  if (typeof content === 'string') return { text: content, reasoning: '', isHidden: false };
  if (!Array.isArray(content)) return NO_PARTS;
  const parts = (content as readonly (RawPart | string | null)[]).map(toPart);
  return {
    text: parts.map(({ type, text }) => (TYPES_OF_TEXT.has(type) ? textOf(text) : '')).join(''),
    reasoning: parts.map(thoughtIn).join(''),
    isHidden: parts.some(({ type, data }) => type === 'redacted_thinking' && isText(data)),
  };
}

function toPart(part: RawPart | string | null): RawPart {
  return typeof part === 'string' ? { text: part } : (part ?? {});
}

function thoughtIn({ type, text, thinking, reasoning, summary }: RawPart): string {
  if (type !== 'thinking' && type !== 'reasoning') return '';
  return textOf(text) || textsOf(thinking) || textsOf(reasoning) || textsOf(summary);
}

/** OpenRouter's, and MiniMax's: https://openrouter.ai/docs/use-cases/reasoning-tokens */
function decodeDetails(details: unknown): Parts {
  if (!Array.isArray(details)) return NO_PARTS;
  const parts = details as readonly (RawPart | null)[];
  return {
    text: '',
    reasoning: parts.map((part) => textOf(part?.text) || textsOf(part?.summary)).join(''),
    isHidden: parts.some((part) => isText(part?.data)),
  };
}

/** A text, or the texts of a list of parts. */
function textsOf(value: unknown): string {
  if (!Array.isArray(value)) return textOf(value);
  return (value as readonly (RawPart | null)[]).map((part) => textOf(part?.text)).join('');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
