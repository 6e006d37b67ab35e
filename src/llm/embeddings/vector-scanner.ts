import { countNumbersInBase64 } from './base64-numbers.js';
import { ByteChunks } from './byte-chunks.js';

/** A vector as its server wrote it: where it is in the answer. */
export interface FoundVector {
  /** Its place in `data`, from 0, as the server says it; absent: it does not say. */
  readonly index: number | undefined;
  readonly start: number;
  readonly end: number;
  /** How many numbers it has; undefined: it is neither a flat list of numbers nor the Base64 of numbers. */
  readonly dimensions: number | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const OPEN_LIST = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_LIST = 0x5d;
/** `-`, `.`, `/` and the digits follow each other; a comma comes just before them. */
const FIRST_OF_NUMBERS = 0x2d;
const LAST_OF_NUMBERS = 0x39;
/** Blanks, and the rest of a number: `+`, `e`, `E`. */
const QUIET: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2b, 0x65, 0x45]);

const MAX_NAME_BYTES = 100;

/** How deep the members of the answer are, those of an entry of `data`, and the numbers of its vector. */
const [OF_ANSWER, OF_ENTRY, OF_VECTOR] = [1, 3, 4];

/**
 * Finds the vectors in the JSON of an answer while it comes, a few kilobytes at a time: `JSON.parse` of all of it would stop
 * the process for a second. Vectors stay the bytes that they are; the other members are few and short.
 */
export class VectorScanner {
  readonly bytes = new ByteChunks();
  readonly vectors: FoundVector[] = [];
  /** The members of the answer beside `data`: where their values are. */
  readonly members = new Map<string, readonly [start: number, end: number]>();
  /** Whether the answer has a list `data`. */
  hasData = false;
  /** Whether the object that the answer is has ended. */
  isComplete = false;

  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private stringStart = 0;
  private stringEnd = 0;
  private isInData = false;
  /** The member of the answer, and of an entry, that is being read, and where its value begins. */
  private readonly names = ['', ''];
  private readonly starts = [0, 0];
  /** Of the vector that is being read. */
  private listStart = 0;
  private commas = 0;
  private isFlat = true;
  /** Of the entry that is being read. */
  private vector: Omit<FoundVector, 'index'> | undefined;
  private index: number | undefined;

  push(chunk: Buffer): void {
    const offset = this.bytes.length;
    this.bytes.push(chunk);
    for (let at = 0; at < chunk.length && !this.isComplete; at++) {
      if (this.isInString) at = this.skipString(chunk, at);
      else {
        if (this.depth === OF_VECTOR) at = this.skipNumbers(chunk, at);
        if (at < chunk.length) this.read(chunk[at]!, offset + at);
      }
    }
  }

  /** Most of an answer is here. @returns where the next byte is that is no part of a number and no comma */
  private skipNumbers(chunk: Buffer, start: number): number {
    let commas = 0;
    let at = start;
    for (; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte >= FIRST_OF_NUMBERS && byte <= LAST_OF_NUMBERS) continue;
      if (byte !== COMMA) break;
      commas++;
    }
    this.commas += commas;
    return at;
  }

  /** Or here. @returns where the string ends, or has a backslash, or the last byte of the chunk */
  private skipString(chunk: Buffer, at: number): number {
    if (this.isEscaped) {
      this.isEscaped = false;
      return at;
    }
    const quote = chunk.indexOf(QUOTE, at);
    const end = quote < 0 ? chunk.length : quote;
    const backslash = chunk.subarray(at, end).indexOf(BACKSLASH);
    if (backslash >= 0) {
      this.isEscaped = true;
      return at + backslash;
    }
    if (quote < 0) return chunk.length;
    this.isInString = false;
    this.stringEnd = this.bytes.length - chunk.length + quote + 1;
    return quote;
  }

  private read(byte: number, at: number): void {
    if (this.depth >= OF_VECTOR && byte !== CLOSE_LIST && !QUIET.has(byte)) this.isFlat = false;
    if (byte === QUOTE) {
      this.isInString = true;
      this.stringStart = at;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.open(byte, at);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.close(at);
    else if (byte === COLON) this.beginMember(at);
    else if (byte === COMMA) this.endMember(at);
  }

  private open(byte: number, at: number): void {
    this.depth++;
    if (this.depth === 2 && byte === OPEN_LIST && this.names[0] === 'data')
      this.isInData = this.hasData = true;
    if (this.depth !== OF_VECTOR) return;
    this.listStart = at;
    this.commas = 0;
    this.isFlat = byte === OPEN_LIST;
  }

  private close(at: number): void {
    this.endMember(at);
    if (this.depth === OF_ENTRY && this.isInData) this.endEntry(at);
    this.depth--;
    if (this.depth === OF_ANSWER) this.isInData = false;
    if (this.depth === 0) this.isComplete = true;
  }

  /** Which of the two names is concerned here; -1: none. */
  private get level(): number {
    if (this.depth === OF_ANSWER) return 0;
    return this.depth === OF_ENTRY && this.isInData ? 1 : -1;
  }

  private beginMember(at: number): void {
    const { level } = this;
    if (level < 0) return;
    const end = Math.min(this.stringEnd - 1, this.stringStart + MAX_NAME_BYTES);
    this.names[level] = this.bytes.slice(this.stringStart + 1, end).toString();
    this.starts[level] = at + 1;
  }

  private endMember(end: number): void {
    const { level } = this;
    if (level < 0 || this.names[level] === '') return;
    const [name, start] = [this.names[level]!, this.starts[level]!];
    this.names[level] = '';
    if (level === 0) this.members.set(name, [start, end]);
    else if (name === 'embedding') this.endVector(start, end);
    else if (name === 'index') this.index = toIndex(this.bytes.slice(start, end).toString());
  }

  /** Counts the numbers now: at the end of the answer, all at once would stop the process. */
  private endVector(start: number, end: number): void {
    const isList = this.listStart >= start;
    const isText = !isList && this.stringStart >= start;
    const raw = isText || this.commas === 0 ? this.bytes.slice(start, end) : undefined;
    const isEmpty = isList && raw !== undefined && !/\d/.test(raw.toString());
    const listed = isList && this.isFlat && !isEmpty ? this.commas + 1 : undefined;
    this.vector = { start, end, dimensions: isText ? countNumbersInBase64(raw!) : listed };
  }

  private endEntry(at: number): void {
    const missing = { start: at, end: at, dimensions: undefined };
    this.vectors.push({ ...(this.vector ?? missing), index: this.index });
    [this.vector, this.index] = [undefined, undefined];
  }
}

function toIndex(text: string): number | undefined {
  const index = Number(text);
  return text.trim() !== '' && Number.isInteger(index) ? index : undefined;
}
