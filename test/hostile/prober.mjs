/** The other caller, in a thread of its own: asks GET /health/live every few milliseconds. */
import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const INTERVAL_MS = 5;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let worstMs = 0;
let failures = 0;
/** How late a timer of this idle thread was: so busy is the machine. */
let noiseMs = 0;
let askedAt = 0;

/** Until the complete answer is there. */
const ask = () =>
  new Promise((resolve) => {
    askedAt = performance.now();
    const request = get(`${workerData}/health/live`, { agent }, (response) => {
      if (response.statusCode !== 200) failures++;
      response.resume().once('end', resolve);
    });
    request.once('error', () => {
      failures++;
      resolve();
    });
  });

parentPort.on('message', () => {
  // The request that is still waiting counts as far as it has waited.
  parentPort.postMessage({
    worstMs: Math.max(worstMs, askedAt === 0 ? 0 : performance.now() - askedAt),
    failures,
    noiseMs,
  });
  worstMs = 0;
  failures = 0;
  noiseMs = 0;
});

for (;;) {
  await ask();
  worstMs = Math.max(worstMs, performance.now() - askedAt);
  askedAt = 0;
  const wakeAt = performance.now() + INTERVAL_MS;
  await pass(INTERVAL_MS);
  noiseMs = Math.max(noiseMs, performance.now() - wakeAt);
}
