import { endianness } from 'node:os';

const BYTES_PER_NUMBER = 4;
const BACKSLASH = 0x5c;

/** How many 32-bit floats a JSON string has as Base64; undefined: it is not the Base64 of numbers. */
export function countNumbersInBase64(json: Buffer): number | undefined {
  const text = textOf(json);
  const { length } = Buffer.from(text, 'base64');
  // Node skips what is no Base64.
  const expected = Math.floor((text.replace(/=+$/, '').length * 3) / 4);
  return length > 0 && length === expected && length % BYTES_PER_NUMBER === 0
    ? length / BYTES_PER_NUMBER
    : undefined;
}

/** The numbers of such a string: little-endian. */
export function decodeNumbers(json: Buffer): Float32Array {
  const bytes = inOwnOrder(new Uint8Array(Buffer.from(textOf(json), 'base64')));
  return new Float32Array(bytes.buffer);
}

/** The JSON string of numbers. */
export function encodeNumbers(numbers: readonly number[]): Buffer {
  const bytes = inOwnOrder(new Uint8Array(Float32Array.from(numbers).buffer));
  return Buffer.from(`"${Buffer.from(bytes.buffer).toString('base64')}"`);
}

/** Of the machine, from little-endian, and back. */
function inOwnOrder(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (endianness() === 'BE') Buffer.from(bytes.buffer).swap32();
  return bytes;
}

/** Some gateways write `/` as `\/`. */
function textOf(json: Buffer): string {
  if (json.includes(BACKSLASH)) return JSON.parse(json.toString()) as string;
  return json.toString('latin1').trim().slice(1, -1);
}
