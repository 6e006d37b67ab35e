import { readFileSync } from 'node:fs';
import type { AppConfig } from './app-config.js';
import { ConfigurationError, environmentSchema, parseEnvironment } from './environment.js';
import { findMisspelledVariables } from './misspelled-variables.js';

/**
 * The configuration of this process. This file alone reads its environment.
 * @throws ConfigurationError with every fault, and with the misspelled variables that may be its cause
 */
export function readConfiguration(): AppConfig {
  try {
    return parseEnvironment(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError([...error.faults, ...readMisspelledVariables()]);
  }
}

/** What to tell of the variables of this process that the service does not read and that look as if it should. */
export function readMisspelledVariables(): string[] {
  return findMisspelledVariables(process.env, {
    own: Object.keys(environmentSchema.shape),
    modelsFile: readText(process.env['LLM_MODELS_FILE']?.trim()),
  });
}

/** A file that cannot be read is a fault of the configuration, which names it. */
function readText(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
