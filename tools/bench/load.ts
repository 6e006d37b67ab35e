/**
 * The callers, in a process of their own: bare sockets that count tokens and note when they come. Takes the file of a
 * {@link LoadOrder} as its argument; says `open` when it is to hold all streams and they have begun, and the {@link LoadResult} at the end.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { IncomingAnswer } from './incoming-answer.js';
import { type LoadOrder, type LoadResult, SLOTS } from './load-order.js';
import { percentilesOf } from './report/statistics.js';

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadOrder;

const idle: Socket[] = [];
const accepted: number[] = [];
const firsts: number[] = [];
const gaps: number[] = [];
const statuses: Record<string, number> = {};
let deltas = 0;
let started = 0;
let begun = 0;
let ended = 0;
let whole = 0;
let errors = 0;

function noteHead(status: string): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (status !== '200') errors++;
}

function newAnswer(dueAt: number): IncomingAnswer {
  let lastAt = NaN;
  return new IncomingAnswer({
    onHead: noteHead,
    onBody: () => void accepted.push(performance.now() - dueAt),
    onTokens: (count, isFirst) => {
      const now = performance.now();
      if (isFirst) {
        firsts.push(now - dueAt);
        if (++begun === order.count && order.isHeld) process.stdout.write('open\n');
      } else gaps.push(now - lastAt);
      lastAt = now;
      deltas += count;
    },
  });
}

function ask(dueAt: number): void {
  const socket = idle.pop() ?? connect(order.port, '127.0.0.1').setNoDelay(true);
  const answer = newAnswer(dueAt);
  const end = (canBeReused: boolean): void => {
    socket.removeAllListeners();
    if (canBeReused) keep(socket);
    else socket.on('error', () => undefined).destroy();
    if (answer.isWhole(order)) whole++;
    if (++ended === order.count) finish();
    else if (order.perSecond === 0 && started < order.count) ask(performance.now());
  };
  socket.removeAllListeners();
  socket.on('data', (data) => answer.take(data) && end(true));
  socket.on('error', () => errors++);
  socket.on('close', () => end(false));
  socket.write(requestOf(started++));
}

function keep(socket: Socket): void {
  idle.push(socket);
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    const at = idle.indexOf(socket);
    if (at >= 0) idle.splice(at, 1);
  });
}

function requestOf(number: number): string {
  const body = order.body
    .replaceAll('{n}', String(number).padStart(12, '0'))
    .replaceAll('{slot}', String(number % SLOTS));
  const headers = {
    host: `127.0.0.1:${order.port}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...order.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${order.path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function finish(): void {
  const result: LoadResult = {
    deltas,
    answers: whole,
    begun,
    unfinished: order.count - whole,
    errors,
    statuses,
    acceptedMs: percentilesOf(accepted),
    firstMs: percentilesOf(firsts),
    gapMs: percentilesOf(gaps),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

/** Open loop: each is due at its time, however late the ones before it are. */
function askOnSchedule(): void {
  const begunAt = performance.now();
  const timer = setInterval(() => {
    const dueNow = Math.floor(((performance.now() - begunAt) / 1_000) * order.perSecond);
    while (started <= dueNow && started < order.count) ask(begunAt + (started / order.perSecond) * 1_000);
    if (started === order.count) clearInterval(timer);
  }, 1);
}

if (order.perSecond > 0) askOnSchedule();
else for (let slot = 0; slot < Math.min(order.concurrency, order.count); slot++) ask(performance.now());
setTimeout(finish, order.maxSeconds * 1_000);
// The end of its input ends it: open answers are cut.
process.stdin.on('end', finish).resume();
