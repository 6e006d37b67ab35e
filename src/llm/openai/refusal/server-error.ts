/**
 * What a server says of an error, whatever its form. It may repeat the prompt and the key: nothing of it leaves the module
 * but by `describeErrorWords` and `quoteForLog`.
 */
export interface ServerError {
  /** 400..599: what the error says of itself; the status of the response is another thing. Absent: it says none. */
  readonly status?: number;
  readonly type?: string;
  /** Text or a number, as the server has it. */
  readonly code?: string | number;
  /** The member of the request at fault, under the server's name; of FastAPI with its place: `body.stream_options`. */
  readonly param?: string;
  /** All types, codes and reasons, in lower case and separated by blanks: to find a known word in. Bounded. */
  readonly words: string;
  /** All texts for people, separated by `; `. Bounded. */
  readonly message: string;
  /** How long the server wants to be left alone, in seconds. */
  readonly retryAfterSeconds?: number;
}

const MAX_DEPTH = 6;
/** Of one list or object: a server may list thousands of faults. */
const MAX_MEMBERS = 50;
const MAX_CHARS = 4_000;

/** Names are compared in lower case and without `_`: `error_code`, `errorCode` and `ErrorCode` are one. */
const TYPES: ReadonlySet<string> = new Set(['type', 'errortype', 'status']);
const CODES: ReadonlySet<string> = new Set(['code', 'errorcode', 'errcode', 'statuscode', 'httpcode']);
const OTHER_WORDS: ReadonlySet<string> = new Set(['reason', 'quotaid']);
const TEXTS: ReadonlySet<string> = new Set(
  'message msg errormsg errmsg errormessage statusmsg faultstring detail text title description error exception raw'.split(
    ' ',
  ),
);
/** Where servers put an error into an error. What is elsewhere may be the request, sent back. */
const NESTED: ReadonlySet<string> = new Set(
  'error errors fault detail details message msg baseresp innererror metadata violations raw reasons data'.split(
    ' ',
  ),
);

const MESSAGES: ReadonlySet<string> = new Set(['message', 'msg']);
/** What validators repeat of a request. */
const SENT_BACK: ReadonlySet<string> = new Set(['input', 'value', 'prompt', 'content', 'body', 'request']);

/**
 * Reads JSON of any form: OpenAI's, a list of errors (Gemini), FastAPI's `detail`, MiniMax's `base_resp`, FastChat's
 * `error_code`, an object or a list in place of a message (Mistral). Total: of what is no error, nothing is found.
 */
export function readServerError(body: unknown): ServerError {
  const reader = new Reader();
  reader.read(body);
  return reader.toError();
}

class Reader {
  private type?: string;
  private code?: string | number;
  private param?: string;
  private status?: number;
  private retryAfterSeconds?: number;
  private readonly words = new Set<string>();
  private readonly texts = new Set<string>();

  toError(): ServerError {
    const { type, code, param, status, retryAfterSeconds } = this;
    const words = [...this.words].join(' ').slice(0, MAX_CHARS).toLowerCase();
    const message = [...this.texts].join('; ').slice(0, MAX_CHARS);
    return { type, code, param, status, retryAfterSeconds, words, message };
  }

  read(value: unknown, depth = 0): void {
    if (typeof value === 'string') this.texts.add(value.slice(0, MAX_CHARS));
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, MAX_MEMBERS)) this.read(item, depth + 1);
      return;
    }
    for (const [key, member] of Object.entries(value as Record<string, unknown>).slice(0, MAX_MEMBERS)) {
      const name = key.replaceAll('_', '').toLowerCase();
      this.readMember(name, member);
      if (typeof member === 'object' && NESTED.has(name)) this.readNested(name, member, depth + 1);
    }
  }

  /** An object in place of a message may have names of its own. */
  private readNested(name: string, member: object | null, depth: number): void {
    const count = this.texts.size;
    this.read(member, depth);
    if (this.texts.size > count || !MESSAGES.has(name) || member === null) return;
    for (const [key, value] of Object.entries(member).slice(0, MAX_MEMBERS))
      if (typeof value === 'string' && !SENT_BACK.has(key)) this.texts.add(value.slice(0, MAX_CHARS));
  }

  private readMember(name: string, member: unknown): void {
    if (typeof member === 'string' && TEXTS.has(name)) this.texts.add(member.slice(0, MAX_CHARS));
    if (TYPES.has(name)) this.addType(member);
    else if (CODES.has(name)) this.addCode(member);
    else if (OTHER_WORDS.has(name)) this.addWord(member);
    else if (name === 'param' || name === 'loc') this.addParam(member);
    else if (name === 'retrydelay') this.addDelay(member);
  }

  /** FastAPI says where it is: `['body', 'stream_options', 'include_usage']`. */
  private addParam(value: unknown): void {
    const param = Array.isArray(value) ? value.slice(0, MAX_DEPTH).join('.') : value;
    if (typeof param === 'string' && param !== '') this.param ??= param.slice(0, MAX_CHARS);
  }

  private addType(value: unknown): void {
    if (typeof value === 'number') return this.addStatus(value);
    // Around the error there may be an envelope of the type `error`.
    if (typeof value === 'string' && value !== '' && value !== 'error') this.type ??= value;
    this.addWord(value);
  }

  private addCode(value: unknown): void {
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return;
    this.code ??= value;
    this.addStatus(Number(value));
    this.addWord(String(value));
  }

  private addStatus(status: number): void {
    if (Number.isInteger(status) && status >= 400 && status <= 599) this.status ??= status;
  }

  private addWord(value: unknown): void {
    if (typeof value === 'string') this.words.add(value.slice(0, MAX_CHARS));
  }

  /** As JSON of Protocol Buffers has it: `45.5s`. */
  private addDelay(value: unknown): void {
    const seconds =
      typeof value === 'string' && /^\d{1,9}(?:\.\d+)?s$/.test(value) ? Number.parseFloat(value) : NaN;
    if (!Number.isNaN(seconds)) this.retryAfterSeconds ??= seconds;
  }
}
