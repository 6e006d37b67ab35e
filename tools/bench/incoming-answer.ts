import type { LoadOrder } from './load-order.js';
import { MARK } from './mark.js';

const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const HEAD_END = '\r\n\r\n';
const mark = MARK.charCodeAt(0);

/** Called for the counter. */
export interface AnswerListener {
  onHead(status: string): void;
  onBody(): void;
  /** `isFirst`: no token of this answer came before. */
  onTokens(count: number, isFirst: boolean): void;
}

/** One answer while it comes over a bare socket: as little as tells its end and its tokens. */
export class IncomingAnswer {
  private head = '';
  private isBody = false;
  private hasBody = false;
  private remaining = NaN;
  private tokens = 0;
  private last: Buffer = Buffer.alloc(0);
  private beforeLast: Buffer = Buffer.alloc(0);

  constructor(private readonly listener: AnswerListener) {}

  /** @returns whether the answer is complete */
  take(data: Buffer): boolean {
    const body = this.isBody ? data : this.takeHead(data);
    if (body === null || body.length === 0) return false;
    if (!this.hasBody) this.listener.onBody();
    this.hasBody = true;
    this.countTokens(body);
    this.beforeLast = this.last;
    this.last = body;
    if (!Number.isNaN(this.remaining)) return (this.remaining -= body.length) <= 0;
    const end = body.length >= LAST_CHUNK.length ? body : Buffer.concat([this.beforeLast, body]);
    return end.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  }

  /** Whether nothing of it is missing. */
  isWhole({ tokens, ending }: Pick<LoadOrder, 'tokens' | 'ending'>): boolean {
    return this.tokens === tokens && Buffer.concat([this.beforeLast, this.last]).includes(ending);
  }

  /** @returns what of `data` is body; null: the head goes on */
  private takeHead(data: Buffer): Buffer | null {
    this.head += data.toString('latin1');
    const end = this.head.indexOf(HEAD_END);
    if (end < 0) return null;
    this.isBody = true;
    this.listener.onHead(this.head.slice(9, 12));
    this.remaining = Number(/\r\ncontent-length: *(\d+)/i.exec(this.head.slice(0, end + 2))?.[1] ?? NaN);
    return data.subarray(data.length - (this.head.length - end - HEAD_END.length));
  }

  private countTokens(body: Buffer): void {
    let found = 0;
    for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 1)) found++;
    if (found === 0) return;
    this.listener.onTokens(found, this.tokens === 0);
    this.tokens += found;
  }
}
