import type { Environment } from '../../../src/config/environment.js';

/** What plays multiply their pauses by, and {@link SCALED_TIMES} the defaults. */
export const TIME_SCALE = 0.01;

/** The timeouts of a model as they are by default, a hundred times as short. */
export const SCALED_TIMES: Environment = {
  LLM_FIRST_TOKEN_TIMEOUT_MS: '1200',
  LLM_IDLE_TIMEOUT_MS: '200',
  LLM_TOTAL_TIMEOUT_MS: '3000',
  LLM_RECOVERY_WAIT_MS: '600',
};
