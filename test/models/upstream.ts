import { continuing } from '../support/model/model-server.answers.js';
import { type Behaviour, type Exchange, script } from '../support/model/model-server.exchange.js';
import { status } from '../support/model/model-server.faults.js';
import { ModelServer } from '../support/model/model-server.js';
import { delta, end, event, head, reset, role } from '../support/model/model-server.steps.js';
import { DELTA_CHARS, DELTA_MS, KNOWN_TEXT } from './known-text.js';
import type { Fault, Part } from './real-server.js';

const ANSWER = continuing(KNOWN_TEXT, { deltaChars: DELTA_CHARS, delayMs: DELTA_MS });

const FIRST_WORDS = [head(), role(), delta(KNOWN_TEXT.slice(0, DELTA_CHARS))];

const MAX_PROMPT_CHARS = 20_000;

const PROMPT_TOO_LONG = status(400, {
  error: {
    message: "This model's maximum context length is 4096 tokens, but the messages have 6021.",
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
  },
});

const FAULTS: Readonly<Record<'error' | 'cut', Behaviour>> = {
  error: script(...FIRST_WORDS, event({ error: { message: 'out of memory', type: 'server_error' } }), end()),
  cut: script(...FIRST_WORDS, reset()),
};

/** The model server behind a gateway: its process is a stand-in, so being killed means that connections are reset. */
export class Upstream implements Part {
  readonly name = 'the server behind it';
  readonly text = KNOWN_TEXT;
  private readonly open = new Set<Exchange>();
  private isDown = false;

  private constructor(private readonly server: ModelServer) {
    server.always((exchange) => this.answer(exchange));
  }

  static async start(): Promise<Upstream> {
    return new Upstream(await ModelServer.start());
  }

  get baseUrl(): string {
    return this.server.baseUrl;
  }

  get answers(): number {
    return this.open.size;
  }

  plan(fault: Fault): void {
    if (fault !== 'too long') this.server.next(FAULTS[fault]);
  }

  kill(): Promise<void> {
    this.isDown = true;
    for (const exchange of this.open) void reset()(exchange);
    return Promise.resolve();
  }

  start(): Promise<void> {
    this.isDown = false;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async answer(exchange: Exchange): Promise<void> {
    if (this.isDown) return reset()(exchange);
    if (exchange.request.text.length > MAX_PROMPT_CHARS) return PROMPT_TOO_LONG(exchange);
    this.open.add(exchange);
    void exchange.closed.then(() => this.open.delete(exchange));
    await ANSWER(exchange);
  }
}
