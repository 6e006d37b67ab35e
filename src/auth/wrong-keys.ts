import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../common/errors/app-error.js';

/** Wrong keys that an address may send before it has to wait for its answers. */
const FREE = 20;
/** After so long one of them is forgotten. */
const FORGOTTEN_AFTER_MS = 6_000;
const FIRST_DELAY_MS = 100;
/** Each further wrong key doubles the delay: up to 3.2 s. */
const MAX_BEYOND = 6;
/** Answers that wait, to one address and to all: each of them holds a connection and a timer. */
const MAX_WAITING_EACH = 8;
const MAX_WAITING = 256;
const MAX_ADDRESSES = 10_000;

interface Sender {
  readonly wrong: number;
  readonly at: number;
}

/**
 * Slows down those who send wrong keys, by their address. Only answers to wrong keys wait: a valid key from the same
 * address, such as that of a company's proxy, is not looked at here.
 */
export class WrongKeys {
  /** The addresses in the order of their last wrong key. */
  private readonly senders = new Map<string, Sender>();
  private readonly waitingEach = new Map<string, number>();
  private waiting = 0;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly pass: (ms: number) => Promise<unknown> = (ms) => delay(ms),
  ) {}

  /**
   * Counts one wrong key, and resolves when it may be answered: at once for the first twenty, of which one is forgotten
   * every six seconds, and then after a time that doubles up to 3.2 s.
   * @throws AppError `too_many_requests` at once, when too many answers wait already
   */
  async slowDown(address: string): Promise<void> {
    const network = networkOf(address);
    const beyond = this.count(network) - FREE;
    if (beyond <= 0) return;
    const delayMs = FIRST_DELAY_MS * 2 ** Math.floor(beyond);
    const waiting = this.waitingEach.get(network) ?? 0;
    if (waiting >= MAX_WAITING_EACH || this.waiting >= MAX_WAITING) throw tooMany(delayMs);
    this.waiting++;
    this.waitingEach.set(network, waiting + 1);
    await this.pass(delayMs);
    this.waiting--;
    const left = this.waitingEach.get(network)! - 1;
    if (left === 0) this.waitingEach.delete(network);
    else this.waitingEach.set(network, left);
  }

  /** How many wrong keys of `network` are remembered, with this one. */
  private count(network: string): number {
    const known = this.senders.get(network);
    const at = this.now();
    const remembered = known ? Math.max(known.wrong - (at - known.at) / FORGOTTEN_AFTER_MS, 0) : 0;
    const wrong = Math.min(remembered + 1, FREE + MAX_BEYOND - 1);
    this.senders.delete(network);
    this.senders.set(network, { wrong, at });
    const [oldest] = this.senders.keys();
    if (this.senders.size > MAX_ADDRESSES) this.senders.delete(oldest!);
    return wrong;
  }
}

function tooMany(delayMs: number): AppError {
  return new AppError('too_many_requests', 'Too many wrong keys came from your address. Check the key.', {
    retryAfterSeconds: Math.ceil(delayMs / 1_000),
  });
}

/** An IPv4 address, or the /64 of an IPv6 one: a single host may use all addresses of that. */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  if (mapped) return mapped[1]!;
  if (!isIPv6(bare)) return bare;
  // A URL writes an address in its shortest form, in lower case.
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(8 - first.length - last.length, 0) }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`;
}
