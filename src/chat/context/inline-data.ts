import { hash } from 'node:crypto';
import type { ModelMessage } from '../../llm/completion.js';

/** In place of the bytes of an image, a sound or a file, in a stored message. */
export interface DataReference {
  readonly kind: 'image' | 'audio' | 'video' | 'file';
  /** As the caller gave it; null: not given. */
  readonly media_type: string | null;
  /** Of the data itself, not of its Base64. */
  readonly size: number;
  /** Of the data itself, in hexadecimal digits. */
  readonly sha256: string;
}

/** Strings below these names are texts, whatever they look like. */
const TEXTS: ReadonlySet<string> = new Set([
  'role',
  'name',
  'content',
  'text',
  'refusal',
  'reasoning',
  'reasoning_content',
  'thinking',
  'transcript',
  'arguments',
  'input',
  'output',
]);

/** In characters. */
const LONGEST_HEAD = 1_000;
/** Its media type with parameters. */
const DATA_URL = /^data:([^,]*),/i;
/** What parsers of URLs, or clients before them, take away: white space and control characters before it, line ends inside. */
const IGNORED_IN_HEAD = /^[\s\p{Cc}]+|[\t\n\r]/gu;
const LINE_END = /[\t\n\r]/g;
const ESCAPED_BYTE = /%([\da-f]{2})/gi;
const BASE64_MARK = /;\s*base64\s*$/i;
/** In characters. Shorter ones may be ids, and cost no more than a reference. */
const SHORTEST_BASE64 = 512;
/** Of what no name calls media: it may be a signature, or encrypted reasoning, which its model wants to have back. */
const SHORTEST_UNKNOWN = 65_536;
const MEDIA = /image|audio|video|file|document/i;
const BASE64 = /^[\w+/=\-\s]*$/;

/** Where in a message a string is. */
interface Place {
  /** The name of the nearest member. */
  readonly name: string;
  /** What is known of the part from its names and its `type`: `image_url`, `input_audio` and so on. */
  readonly hint: string;
  /** What a member beside the data says of it; empty: nothing. */
  readonly mediaType: string;
}

/**
 * The message as it is stored: each data URL, and each long Base64 outside of its texts, is replaced by a
 * {@link DataReference}. Other URLs stay. The given message does not change; without such data it is returned itself.
 */
export function withoutInlineData(message: ModelMessage): ModelMessage {
  return replaceIn(message, { name: '', hint: '', mediaType: '' }) as ModelMessage;
}

function replaceIn(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return TEXTS.has(place.name) ? value : (toReference(value, place) ?? value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return replaceInList(value, place);
  const { type } = value as { type?: unknown };
  const hint = typeof type === 'string' ? `${place.hint} ${type}` : place.hint;
  const mediaType = mediaTypeIn(value, hint) ?? place.mediaType;
  let isChanged = false;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => {
    const replaced = replaceIn(member, { name, hint: `${hint} ${name}`, mediaType });
    isChanged ||= replaced !== member;
    return [name, replaced];
  });
  return isChanged ? Object.fromEntries(members) : value;
}

function replaceInList(values: readonly unknown[], place: Place): readonly unknown[] {
  const replaced = values.map((value) => replaceIn(value, place));
  return replaced.some((value, index) => value !== values[index]) ? replaced : values;
}

function toReference(text: string, place: Place): DataReference | null {
  const head = text.trimStart().slice(0, LONGEST_HEAD).replace(IGNORED_IN_HEAD, '');
  const [, type] = DATA_URL.exec(head) ?? [];
  if (type !== undefined) {
    const body = text.slice(text.indexOf(',') + 1);
    const data = BASE64_MARK.test(type)
      ? Buffer.from(unescaped(body).toString(), 'base64')
      : unescaped(body.trimEnd().replace(LINE_END, ''));
    return referenceTo(data, type.split(';')[0]!.trim(), place);
  }
  const shortest = MEDIA.test(place.hint) ? SHORTEST_BASE64 : SHORTEST_UNKNOWN;
  if (text.length < shortest || !BASE64.test(text)) return null;
  return referenceTo(Buffer.from(text, 'base64'), place.mediaType, place);
}

/** The body of a data URL: a text, or where it has escaped bytes these bytes. */
function unescaped(body: string): Buffer | string {
  if (!body.includes('%')) return body;
  const toByte = (_: string, digits: string) => String.fromCharCode(parseInt(digits, 16));
  return Buffer.from(Buffer.from(body).toString('latin1').replace(ESCAPED_BYTE, toByte), 'latin1');
}

/** OpenAI's sounds have a `format` (`wav`, `mp3`), Anthropic's images and Gemini's data a type. */
function mediaTypeIn(members: object, hint: string): string | undefined {
  const { media_type, mime_type, format } = members as Readonly<Record<string, unknown>>;
  const given = [media_type, mime_type].find((type) => typeof type === 'string');
  return given ?? (typeof format === 'string' && kindOf(hint) === 'audio' ? `audio/${format}` : undefined);
}

function referenceTo(data: Buffer | string, mediaType: string, { hint }: Place): DataReference {
  return {
    kind: kindOf(mediaType === '' ? hint : mediaType),
    media_type: mediaType === '' ? null : mediaType,
    size: Buffer.byteLength(data),
    sha256: hash('sha256', data, 'hex'),
  };
}

function kindOf(described: string): DataReference['kind'] {
  const [kind] = /image|audio|video/i.exec(described) ?? [];
  return (kind?.toLowerCase() ?? 'file') as DataReference['kind'];
}
