import type { Environment } from '../../../src/config/environment.js';
import type { Child } from './child-service.js';

/** Beside the loop of the program, that of an idle thread: what both wait for is the machine's doing. */
const IDLE = `
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { parentPort } from 'node:worker_threads';
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  parentPort.on('message', () => {
    parentPort.postMessage(delay.max / 1e6);
    delay.reset();
  });
`;

const PROBE = `
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { Worker } from 'node:worker_threads';
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const idle = new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(IDLE)}`)}), { execArgv: [], env: {} });
  idle.unref();
  let count = 0;
  idle.on('message', (idleMs) => {
    process.stdout.write('loop ' + ++count + ': ' + delay.max / 1e6 + ' ' + idleMs + '\\n');
    delay.reset();
  });
  process.on('SIGUSR2', () => idle.postMessage('take'));
`;

/** To be added to a child's environment. */
export const LOOP_PROBED: Environment = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PROBE)}`,
};

/** Asks a {@link LOOP_PROBED} child for how long its event loop was blocked at most. */
export class LoopProbe {
  private count = 0;

  constructor(private readonly child: Child) {}

  /** In milliseconds, since it was last asked; and how late an idle thread was. */
  async take(): Promise<{ readonly blockMs: number; readonly idleMs: number }> {
    this.child.kill('SIGUSR2');
    const pattern = new RegExp(`^loop ${++this.count}: ([\\d.]+) ([\\d.]+)$`, 'm');
    const [, blockMs, idleMs] = await this.child.says(pattern);
    return { blockMs: Number(blockMs), idleMs: Number(idleMs) };
  }
}
