import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { startVirtualTime, stopVirtualTime } from '../support/time/virtual-time.js';

/** What a spec file gets of Jest without a VM context of its own. */
describe('The runner of the tests', () => {
  it('shares its globals with the modules that it loads', () => {
    expect(Object.getPrototypeOf([])).toBe(Array.prototype);
    expect(new URL('http://a')).toBeInstanceOf(URL);
    expect(structuredClone(new Error('e'))).toBeInstanceOf(Error);
  });

  it('gives each spec file the functions of its own run', () => {
    expect(expect.getState().testPath).toBe(import.meta.filename);
    expect(expect.getState().currentTestName).toContain('the functions of its own run');
  });

  it('replaces the timers of modules that were loaded before', async () => {
    startVirtualTime();
    try {
      const slept = sleep(60_000);
      await jest.advanceTimersByTimeAsync(60_000);
      await slept;
    } finally {
      stopVirtualTime();
    }
  });

  it.failing('ends a test that hangs', () => new Promise(() => undefined), 20);
});
