/**
 * A model server that costs next to nothing, in a process of its own: OpenAI's `/v1/chat/completions` over bare
 * sockets, with frames made once. The question says the answer: `bench <tokens> <ms a token>`.
 */
import { createServer, type Socket } from 'node:net';
import { MARK } from './mark.js';

/** So many frames a write where there is no delay, as a fast server's socket would carry them. */
const FRAMES_A_WRITE = 16;

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const shared = '"id":"bench","object":"chat.completion.chunk","created":1,"model":"bench"';
const usage = (tokens: number) => ({
  prompt_tokens: 10,
  completion_tokens: tokens,
  total_tokens: 10 + tokens,
});

function frame(choice: object | null, extra = ''): string {
  const choices = choice === null ? '[]' : JSON.stringify([{ index: 0, ...choice }]);
  return `data: {${shared},"choices":${choices}${extra}}\n\n`;
}

function chunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

/** Sentences of harmless prose. LiteLLM cuts off a model that repeats one sentence. */
const WORDS =
  'So we~ say~ it~ in a~ few~ short~ words~, as one~ must~ who~ has~ time~. Then~ some~ one~ reads~ all~ this~.'
    .split(/(?<=~\W*)\b/u)
    .map((word) => word.replace('~', MARK));
const FRAMES = WORDS.map((content) => frame({ delta: { content }, finish_reason: null }));
const CHUNKS = FRAMES.map(chunk);

/** The frames of so many tokens from the one on that has the number `from`. */
function framesOf(from: number, count: number): string {
  let frames = '';
  for (let number = from; number < from + count; number++) frames += FRAMES[number % FRAMES.length];
  return frames;
}

const FULL_WRITES = FRAMES.map((_frame, from) => chunk(framesOf(from, FRAMES_A_WRITE)));

function lastChunks(tokens: number): Buffer {
  const end = frame({ delta: {}, finish_reason: 'stop' });
  const count = frame(null, `,"usage":${JSON.stringify(usage(tokens))}`);
  return Buffer.concat([chunk(`${end}${count}data: [DONE]\n\n`), Buffer.from('0\r\n\r\n')]);
}

/** One slot a millisecond: all streams of a slot are served by the same tick of one timer. */
class Wheel {
  private readonly slots = new Map<number, Set<() => boolean>>();
  private now = Math.floor(performance.now());

  constructor() {
    setInterval(() => this.turn(), 1);
  }

  /** Calls `step` every `ms` until it returns false. */
  every(ms: number, step: () => boolean): void {
    this.put(this.now + ms, () => {
      if (step()) this.every(ms, step);
      return false;
    });
  }

  private put(at: number, step: () => boolean): void {
    const slot = this.slots.get(at);
    if (slot) slot.add(step);
    else this.slots.set(at, new Set([step]));
  }

  private turn(): void {
    const until = Math.floor(performance.now());
    while (this.now < until) {
      const steps = this.slots.get(++this.now);
      this.slots.delete(this.now);
      for (const step of steps ?? []) step();
    }
  }
}

const wheel = new Wheel();

function stream(socket: Socket, tokens: number, delayMs: number): void {
  socket.write(
    HEAD + chunk(frame({ delta: { role: 'assistant', content: '' }, finish_reason: null })).toString(),
  );
  let sent = 0;
  if (delayMs > 0) {
    wheel.every(delayMs, () => {
      if (socket.destroyed) return false;
      socket.write(sent < tokens ? CHUNKS[sent % CHUNKS.length]! : lastChunks(tokens));
      return sent++ < tokens;
    });
    return;
  }
  const pour = (): void => {
    while (sent < tokens) {
      if (socket.destroyed) return;
      const count = Math.min(tokens - sent, FRAMES_A_WRITE);
      const from = sent % FRAMES.length;
      sent += count;
      const data = count === FRAMES_A_WRITE ? FULL_WRITES[from]! : chunk(framesOf(from, count));
      if (!socket.write(data)) return void socket.once('drain', pour);
    }
    socket.write(lastChunks(tokens));
  };
  pour();
}

function answer(socket: Socket, tokens: number): void {
  const words = Array.from({ length: tokens }, (_word, number) => WORDS[number % WORDS.length]);
  const message = { role: 'assistant', content: words.join('') };
  const body = JSON.stringify({
    id: 'bench',
    object: 'chat.completion',
    created: 1,
    model: 'bench',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: usage(tokens),
  });
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

function serve(socket: Socket, body: string): void {
  const [, tokens, delayMs] = [...body.matchAll(/bench (\d+) (\d+)/g)].at(-1) ?? [];
  if (/"stream":\s*true/.test(body)) stream(socket, Number(tokens), Number(delayMs));
  else answer(socket, Number(tokens));
}

const server = createServer({ noDelay: true }, (socket) => {
  let got = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    got = got.length === 0 ? data : Buffer.concat([got, data]);
    for (;;) {
      const headEnd = got.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = got.toString('latin1', 0, headEnd);
      if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
        const end = got.indexOf('\r\n0\r\n\r\n', headEnd);
        if (end < 0) return;
        serve(socket, got.toString('utf8', headEnd, end));
        got = got.subarray(end + 7);
        continue;
      }
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (got.length < headEnd + 4 + length) return;
      serve(socket, got.toString('utf8', headEnd + 4, headEnd + 4 + length));
      got = got.subarray(headEnd + 4 + length);
    }
  });
});
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  process.stdout.write(`ready ${typeof address === 'object' ? address?.port : ''}\n`);
});
