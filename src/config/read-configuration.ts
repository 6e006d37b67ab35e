import type { AppConfig } from './app-config.js';
import { parseEnvironment } from './environment.js';

/**
 * The configuration of this process. The only place that reads its environment.
 * @throws ConfigurationError with every fault
 */
export function readConfiguration(): AppConfig {
  return parseEnvironment(process.env);
}
