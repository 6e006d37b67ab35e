import { createHash } from 'node:crypto';
import { EventSourceParserStream } from 'eventsource-parser/stream';

/** What WeChat posts to a bot; up to three times, 5 s apart, until it has an answer. */
export interface WeChatMessage {
  readonly MsgId: string;
  /** The openid of the user who wrote it. */
  readonly FromUserName: string;
  readonly Content: string;
}

type Frame = { readonly data?: string; readonly action?: 'BREAK' | 'RETRYING' };

/** The bot's own namespace of UUIDs (RFC 9562, 5.5). */
const NAMESPACE = Buffer.from('5d3bbf5a7f2c4a359d0e6f0a2f7f1c11', 'hex');

/** A bot for WeChat: every piece between two BREAKs is a message of its own. Its client is set by `--channel wechat`. */
export class WeChatBot {
  /** Pieces that were sent, by the id of the frame that ended them. Several processes need a store that they share. */
  private readonly sent = new Set<string>();
  private sending: Promise<void> = Promise.resolve();

  /** `send` sends a customer service message: one of at most 2,048 bytes. */
  constructor(
    private readonly service: { readonly url: string; readonly key: string },
    private readonly send: (openid: string, text: string) => Promise<void>,
  ) {}

  /** Answers a message. All tries of WeChat have one MsgId: they read one turn, and each of its pieces is sent once. */
  async receive(message: WeChatMessage): Promise<void> {
    // A stream that broke off is asked for again: the same key gets the same turn from its beginning.
    for (let tries = 1; !(await this.readAnswer(message)); tries++) {
      if (tries === 3) throw new Error('The stream broke off three times');
    }
    await this.sending;
  }

  /** False: the stream broke off. */
  private async readAnswer(message: WeChatMessage): Promise<boolean> {
    let piece = '';
    for await (const { id = '', data } of await this.ask(message)) {
      const { action, data: text = '' } = data === '[DONE]' ? { action: data } : (JSON.parse(data) as Frame);
      if (action === 'BREAK' || action === '[DONE]') this.sendOnce(id, message.FromUserName, piece);
      piece = action ? '' : piece + text;
      if (action === '[DONE]') return true;
    }
    return false;
  }

  private async ask({ MsgId, FromUserName, Content }: WeChatMessage) {
    const { url, key } = this.service;
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': MsgId,
    };
    const body = JSON.stringify({ question: Content, uid: uuidOf(FromUserName) });
    const response = await fetch(`${url}/api/chat`, { method: 'POST', headers, body });
    if (!response.ok || !response.body) throw new Error(`The service answered ${response.status}`);
    return response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  }

  private sendOnce(id: string, openid: string, text: string): void {
    if (text.trim() === '' || this.sent.has(id)) return;
    this.sent.add(id);
    // One after the other: WeChat shows messages in the order in which they come.
    this.sending = this.sending.then(() => this.send(openid, text.trimEnd()));
  }
}

/** UUIDv5 of an openid: the same end user always has the same `uid`. */
export function uuidOf(openid: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(openid).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
