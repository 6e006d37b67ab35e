import { estimatePromptTokens, estimateTokens } from '../../../common/text/token-estimate.js';
import type { ChatMessage, Usage } from '../../completion.js';
import { cutText, TextCleaner } from './clean-text.js';

/** No answer is longer, in characters: beyond this a model repeats itself, and memory is spent on it. */
export const MAX_ANSWER_CHARS = 1_000_000;

/** Room for the longest answer as JSON, every character of it escaped. */
export const MAX_ANSWER_BYTES = 8_388_608;

/** The messages of a request and the limit on its answer: what reading the answer needs to know of it. */
export interface AnswerRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens?: number;
  /** What the answer had before, which counts towards its longest length; absent: nothing. */
  readonly keptChars?: number;
}

/** The text of an answer: cleaned, counted, and cut where it must have an end. */
export class AnswerText {
  private readonly cleaner = new TextCleaner();
  private readonly maxChars: number;
  private text = '';
  private isCutOff = false;

  constructor(private readonly request: AnswerRequest) {
    this.maxChars = maxCharsOf(request);
  }

  /** Whether text was left out because the answer had become too long. */
  get isFull(): boolean {
    return this.isCutOff;
  }

  get isEmpty(): boolean {
    return this.text === '';
  }

  /** The clean text that `piece` adds to the answer; may be empty. */
  push(piece: string): string {
    return this.add(this.cleaner.push(piece));
  }

  end(): string {
    return this.add(this.cleaner.end());
  }

  /** For a server that does not count. */
  estimateUsage(): Usage {
    return {
      inputTokens: estimatePromptTokens(this.request.messages),
      outputTokens: estimateTokens(this.text),
    };
  }

  private add(text: string): string {
    if (text === '' || this.isCutOff) return '';
    const room = this.maxChars - this.text.length;
    this.isCutOff = text.length > room;
    const kept = this.isCutOff ? cutText(text, room) : text;
    this.text += kept;
    return kept;
  }
}

/**
 * A server that does not heed `max_tokens` is cut off when it is far beyond it: no answer has more than 32
 * characters a token throughout (single tokens may).
 */
function maxCharsOf({ maxTokens, keptChars = 0 }: AnswerRequest): number {
  const left = Math.max(0, MAX_ANSWER_CHARS - keptChars);
  return maxTokens === undefined ? left : Math.min(left, maxTokens * 32 + 1_024);
}
