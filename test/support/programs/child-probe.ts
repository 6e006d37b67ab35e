import type { Environment } from '../../../src/config/environment.js';
import type { Child } from './child-service.js';

/** Runs in a child before its own program, and does at a signal what no request can ask for. */
const PROBE = `
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  let count = 0;
  process.on('SIGUSR2', () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    process.stdout.write('memory ' + ++count + ': ' + (heapUsed + external) + '\\n');
  });
  process.on('SIGPIPE', () => {
    Promise.reject(new Error('a promise that everybody forgot'));
  });
`;

/** To be added to a child's environment. */
export const PROBED: Environment = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PROBE)}`,
};

/** Asks a {@link PROBED} child how many bytes it holds that are not garbage. */
export class MemoryProbe {
  private count = 0;

  constructor(private readonly child: Child) {}

  async bytes(): Promise<number> {
    this.child.kill('SIGUSR2');
    const [, bytes] = await this.child.says(new RegExp(`^memory ${++this.count}: (\\d+)$`, 'm'));
    return Number(bytes);
  }
}

/** Makes a {@link PROBED} child reject a promise that no code awaits. */
export function rejectUnheard(child: Child): void {
  child.kill('SIGPIPE');
}
