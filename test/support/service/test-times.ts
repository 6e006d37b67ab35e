import type { Environment } from '../../../src/config/environment.js';

/** What tests do not wait for: they say so when they are about it, and ask the same again at once when they are not. */
export const TEST_TIMES: Environment = {
  HEARTBEAT_INTERVAL_MS: '60000',
  REPEAT_WINDOW_MS: '0',
  LLM_RECOVERY_WAIT_MS: '0',
};
