import { decodeNumbers, encodeNumbers } from './base64-numbers.js';
import type { ByteChunks } from './byte-chunks.js';
import type { VectorFormat } from './embedding-request.js';
import type { FoundVector } from './vector-scanner.js';

const QUOTE = 0x22;

/** Where a vector is, and how long it is. */
export interface PlacedVector extends Pick<FoundVector, 'start' | 'end'> {
  readonly dimensions: number;
}

/** The vectors of an answer, in the order of the inputs. Each is translated when it is asked for, and only where it must be. */
export class VectorAnswer {
  /**
   * @param vectors at least one, all of one length
   * @param inputTokens what the server counted, or an estimate
   */
  constructor(
    private readonly bytes: ByteChunks,
    private readonly vectors: readonly PlacedVector[],
    readonly inputTokens: number,
  ) {}

  get count(): number {
    return this.vectors.length;
  }

  /** The length of each vector. */
  get dimensions(): number {
    return this.vectors[0]!.dimensions;
  }

  /** A vector as JSON: the bytes of the server, where they have that form. */
  toJson(at: number, format: VectorFormat): Buffer {
    const raw = this.rawOf(at);
    if (isText(raw) === (format === 'base64')) return raw;
    if (format === 'float') return Buffer.from(JSON.stringify([...decodeNumbers(raw)]));
    return encodeNumbers(parseNumbers(raw));
  }

  /** A vector to calculate with. */
  toFloats(at: number): Float32Array {
    const raw = this.rawOf(at);
    return isText(raw) ? decodeNumbers(raw) : Float32Array.from(parseNumbers(raw));
  }

  private rawOf(at: number): Buffer {
    const { start, end } = this.vectors[at]!;
    return this.bytes.slice(start, end);
  }
}

function isText(raw: Buffer): boolean {
  return raw.includes(QUOTE);
}

function parseNumbers(raw: Buffer): number[] {
  return JSON.parse(raw.toString('latin1')) as number[];
}
