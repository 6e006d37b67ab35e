import { estimateTokens } from '../../../common/text/token-estimate.js';
import type { PrefillFlags, ThinkingTags } from '../../../config/app-config.js';
import type { ModelMessage, ModelParameters, Usage } from '../../completion.js';
import { estimatePromptTokens } from '../../prompt/prompt-tokens.js';

/** No answer is longer, in UTF-16 units: beyond this a model repeats itself, and fills the memory. */
export const MAX_ANSWER_CHARS = 1_000_000;

/** Room for the longest answer as JSON, every character of it escaped. */
export const MAX_ANSWER_BYTES = 8_388_608;

/** The messages of a request and the limit on its answer: all that the reader of the answer needs of it. */
export interface AnswerRequest {
  readonly messages: readonly ModelMessage[];
  readonly maxTokens?: number;
  /** How tags around thinking are read; absent: `auto`. */
  readonly thinking?: ThinkingTags;
  /** Present: it goes on in the middle of its message. */
  readonly prefill?: PrefillFlags;
  /** Called when a text has a closing tag that nothing opened, at its end. */
  readonly onStrayTag?: () => void;
  /** Called when the template was to open a tag, and all of a complete answer was thinking, because no tag closed it. */
  readonly onUnclosed?: () => void;
  /** The length of the answer before this request, which counts towards its longest length; absent: 0. */
  readonly keptChars?: number;
  /** Of the target: its errors may repeat them. */
  readonly secrets?: readonly string[];
  /** As the caller gave them: errors may repeat them, too. */
  readonly parameters?: ModelParameters;
  /** As of `CompletionRequest`. */
  readonly takesCalls?: boolean;
}

/**
 * The text of an answer, made storable, counted, and cut at its longest length. PostgreSQL refuses NUL, and would
 * silently change half a surrogate pair: the caller and the database get the same text.
 */
export class AnswerText {
  /** Whether text was left out because the answer had become too long. */
  isFull = false;
  private readonly maxChars: number;
  private text = '';
  /** The first half of a surrogate pair whose second half the next piece may bring. */
  private half = '';

  constructor(private readonly request: AnswerRequest) {
    this.maxChars = maxCharsOf(request);
  }

  get isEmpty(): boolean {
    return this.text === '';
  }

  /** The clean text that `piece` adds to the answer; may be empty. */
  push(piece: string): string {
    const isClean = this.half === '' && piece.isWellFormed() && !piece.includes('\0');
    const text = isClean ? piece : this.clean(piece);
    if (this.isFull || text.length > this.maxChars - this.text.length) return this.cutOff(text);
    this.text += text;
    return text;
  }

  /** The text that is left at the end: none, or U+FFFD for a half whose other half never came. */
  end(): string {
    const rest = this.half.toWellFormed();
    this.half = '';
    return this.push(rest);
  }

  /** All of it so far. */
  get soFar(): string {
    return this.text;
  }

  /**
   * For a server that does not count.
   * @param calls what the model wrote of calls
   */
  estimateUsage(calls = ''): Usage {
    return {
      inputTokens: estimatePromptTokens(this.request),
      outputTokens: estimateTokens(this.text + calls),
    };
  }

  private clean(piece: string): string {
    const text = (this.half + piece).replaceAll('\0', '');
    const isCut = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.half = isCut ? text.slice(-1) : '';
    return (isCut ? text.slice(0, -1) : text).toWellFormed();
  }

  /** The part of `text` for which there is room, without half a surrogate pair. */
  private cutOff(text: string): string {
    if (this.isFull) return '';
    this.isFull = true;
    const room = this.maxChars - this.text.length;
    const kept = text.slice(0, isHighSurrogate(text.charCodeAt(room - 1)) ? room - 1 : room);
    this.text += kept;
    return kept;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/**
 * A server that ignores `max_tokens` is cut off when it is far beyond it: no answer has more than 32
 * characters a token throughout (single tokens may).
 */
export function maxCharsOf({ maxTokens, keptChars = 0 }: AnswerRequest): number {
  const left = Math.max(0, MAX_ANSWER_CHARS - keptChars);
  return maxTokens === undefined ? left : Math.min(left, maxTokens * 32 + 1_024);
}
