import { ConfigurationError, type Environment, parseEnvironment } from '../../../src/config/environment.js';

/** What the service finds wrong with a configuration, in its words; none: it takes it. */
export function faultsOf(environment: Environment): readonly string[] {
  try {
    parseEnvironment(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}
