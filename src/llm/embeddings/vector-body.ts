import { AppError } from '../../common/errors/app-error.js';
import { BROKEN_ANSWER, FAILED_FOR_GOOD } from '../failure-classes.js';
import { ModelFailure } from '../model-failure.js';
import { findError } from '../openai/refusal/error-frame.js';
import type { Confidential } from '../openai/refusal/quote-for-log.js';
import { toServerFailure } from '../openai/refusal/server-failure.js';
import {
  type AnswerEnd,
  type AnswerState,
  NO_SIDE_DELTAS,
  type ResponseBody,
} from '../openai/response/response-body.js';
import { type PlacedVector, VectorAnswer } from './vector-answer.js';
import { type FoundVector, VectorScanner } from './vector-scanner.js';

/** An answer without vectors is read to its end only where it may be an error. */
const MAX_ERROR_BYTES = 65_536;

export interface VectorBodyOptions {
  /** How many vectors are expected. */
  readonly count: number;
  /** What is used where the server does not count. */
  readonly estimatedTokens: number;
  readonly maxBytes: number;
  readonly confidential: () => Confidential;
  /** Called while the answer comes, with its bytes so far. @throws AppError when there is no room for more */
  readonly onBytes?: (bytes: number) => void;
  readonly onVectors: (vectors: VectorAnswer) => void;
}

/** A list of vectors as JSON, the answer of an embedding model. Nothing of it is shown before all of it is right. */
export class VectorBody implements ResponseBody {
  state: AnswerState = 'open';
  readonly hasNewToken = false;
  readonly hasNewCall = false;
  readonly sideDeltas = NO_SIDE_DELTAS;
  isCut = false;
  private refusal: AppError | undefined;
  private readonly scanner = new VectorScanner();

  constructor(private readonly options: VectorBodyOptions) {}

  /** Whether it has come to its end without an entry: so OpenRouter refuses Base64. */
  get isEmptyList(): boolean {
    const { isComplete, hasData, vectors } = this.scanner;
    return isComplete && hasData && vectors.length === 0;
  }

  push(bytes: Buffer): string {
    if (this.state !== 'open') return '';
    this.scanner.push(bytes);
    if (this.scanner.isComplete) this.state = 'closing';
    if (!this.hasRoom()) {
      this.isCut = true;
      this.state = 'done';
    }
    return '';
  }

  end(): AnswerEnd {
    try {
      const vectors = this.read();
      this.options.onVectors(vectors);
      const usage = { inputTokens: vectors.inputTokens, outputTokens: 0 };
      return { text: '', finishReason: 'stop', usage };
    } catch (error) {
      return { text: '', failure: error as ModelFailure };
    }
  }

  private hasRoom(): boolean {
    const { length } = this.scanner.bytes;
    if (length > this.options.maxBytes) return false;
    try {
      this.options.onBytes?.(length);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.refusal = error;
      return false;
    }
  }

  /** @throws ModelFailure */
  private read(): VectorAnswer {
    const { bytes, vectors, isComplete } = this.scanner;
    const { count, maxBytes } = this.options;
    if (this.refusal)
      throw new ModelFailure(FAILED_FOR_GOOD, 'there is no memory for the answer', { cause: this.refusal });
    if (bytes.length > maxBytes) throw broken(`the answer exceeds ${maxBytes} bytes`);
    if (vectors.length === 0) throw this.failureWithoutVectors();
    if (!isComplete) throw broken('the answer broke off');
    if (vectors.length !== count)
      throw broken(`the answer has ${vectors.length} vectors for ${count} inputs`);
    const placed = inOrder(vectors).map(place);
    const lengths = new Set(placed.map(({ dimensions }) => dimensions));
    if (lengths.size > 1) throw broken('the answer has vectors of several lengths');
    return new VectorAnswer(bytes, placed, this.countTokens());
  }

  /** A page of a proxy, an error with the status of success, or an empty list. */
  private failureWithoutVectors(): ModelFailure {
    const { bytes, hasData } = this.scanner;
    if (bytes.length <= MAX_ERROR_BYTES) {
      const said = findErrorIn(bytes.slice(0, bytes.length).toString());
      if (said) return toServerFailure(said, this.options.confidential());
    }
    return broken(hasData ? 'the answer has no vector' : 'the answer is no list of vectors');
  }

  private countTokens(): number {
    const usage = this.valueOf('usage') as { prompt_tokens?: unknown; total_tokens?: unknown } | null;
    const counted = [usage?.prompt_tokens, usage?.total_tokens].find(
      (count) => Number.isSafeInteger(count) && (count as number) > 0,
    );
    return (counted as number | undefined) ?? this.options.estimatedTokens;
  }

  private valueOf(name: string): unknown {
    const [start, end] = this.scanner.members.get(name) ?? [0, 0];
    if (end - start > MAX_ERROR_BYTES) return null;
    try {
      return JSON.parse(this.scanner.bytes.slice(start, end).toString());
    } catch {
      return null;
    }
  }
}

function findErrorIn(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? findError(value) : null;
  } catch {
    return null;
  }
}

/** By their indices, where each has one of its own; else, as of servers that leave out 0 or give it to all, as they came. */
function inOrder(vectors: readonly FoundVector[]): readonly FoundVector[] {
  const indices = new Set(vectors.map(({ index }) => index));
  if (indices.has(undefined) || indices.size < vectors.length) return vectors;
  return vectors.toSorted((one, other) => one.index! - other.index!);
}

function place({ start, end, dimensions }: FoundVector): PlacedVector {
  if (dimensions === undefined) throw broken('the answer has a vector that is none');
  return { start, end, dimensions };
}

function broken(reason: string): ModelFailure {
  return new ModelFailure(BROKEN_ANSWER, reason);
}
