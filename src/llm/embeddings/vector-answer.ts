import type { ByteChunks } from './byte-chunks.js';
import type { VectorFormat } from './embedding-request.js';
import type { FoundVector } from './vector-scanner.js';

const BYTES_PER_NUMBER = 4;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

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
    if (format === 'float') return Buffer.from(JSON.stringify([...decodeBase64(raw)]));
    return Buffer.from(`"${encodeBase64(parseNumbers(raw))}"`);
  }

  /** A vector to calculate with. */
  toFloats(at: number): Float32Array {
    const raw = this.rawOf(at);
    return isText(raw) ? decodeBase64(raw) : Float32Array.from(parseNumbers(raw));
  }

  private rawOf(at: number): Buffer {
    const { start, end } = this.vectors[at]!;
    return this.bytes.slice(start, end);
  }
}

/** How many numbers a text has, in quotes; undefined: it is not the Base64 of numbers. */
export function countNumbersInBase64(raw: Buffer): number | undefined {
  const text = textOf(raw);
  const { length } = Buffer.from(text, 'base64');
  // Node skips what is no Base64.
  const expected = Math.floor((text.replace(/=+$/, '').length * 3) / 4);
  return length > 0 && length === expected && length % BYTES_PER_NUMBER === 0
    ? length / BYTES_PER_NUMBER
    : undefined;
}

function isText(raw: Buffer): boolean {
  return raw.includes(QUOTE);
}

/** Some gateways write `/` as `\/`. */
function textOf(raw: Buffer): string {
  if (raw.includes(BACKSLASH)) return JSON.parse(raw.toString()) as string;
  return raw.toString('latin1').trim().slice(1, -1);
}

function parseNumbers(raw: Buffer): number[] {
  return JSON.parse(raw.toString('latin1')) as number[];
}

function decodeBase64(raw: Buffer): Float32Array {
  const bytes = Buffer.from(textOf(raw), 'base64');
  return Float32Array.from({ length: bytes.length / BYTES_PER_NUMBER }, (_, at) =>
    bytes.readFloatLE(at * BYTES_PER_NUMBER),
  );
}

function encodeBase64(numbers: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(numbers.length * BYTES_PER_NUMBER);
  numbers.forEach((number, at) => bytes.writeFloatLE(number, at * BYTES_PER_NUMBER));
  return bytes.toString('base64');
}
