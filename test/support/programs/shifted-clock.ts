import type { Environment } from '../../../src/config/environment.js';

/** To be added to a child's environment: its wall clock is so far from the true time. Timers go by another clock. */
export function shiftedClock(ms: number): Environment {
  const program = `
    const { Date: True } = globalThis;
    globalThis.Date = class Date extends True {
      constructor(...args) { args.length === 0 ? super(True.now() + ${ms}) : super(...args); }
      static now() { return True.now() + ${ms}; }
    };
  `;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
}
