/**
 * Makes a service slower than it is, to see that the guard notices: what it sends costs as many microseconds more as
 * BENCH_WASTED_MICROSECONDS says, each time.
 */
import { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

const wastedMs = Number(process.env.BENCH_WASTED_MICROSECONDS) / 1_000;

for (const name of ['_write', '_writev']) {
  const send = Socket.prototype[name];
  Socket.prototype[name] = function (...args) {
    for (const until = performance.now() + wastedMs; performance.now() < until;);
    return send.apply(this, args);
  };
}
