import { readFileSync } from 'node:fs';
import type { Environment } from './environment-variables.js';

/** The secrets that may also come from a file (a Docker or Kubernetes secret), which `NAME_FILE` names. */
const SECRETS = ['DATABASE_URL', 'API_KEYS', 'LLM_API_KEY', 'EMBEDDING_API_KEY'] as const;

/**
 * `given` with the secrets of files filled in. What is wrong is added to `faults` by the name of the variable; no
 * fault repeats a path: somebody may have put the secret in its place.
 */
export function withSecretsOfFiles(given: Environment, faults: string[]): Environment {
  const secrets = SECRETS.map((name) => {
    const { value, fault } = readSecret(given, name, name === 'API_KEYS');
    if (fault !== null) faults.push(`${name}_FILE: ${fault}`);
    return [name, value] as const;
  });
  return { ...given, ...Object.fromEntries(secrets.filter(([, value]) => value !== undefined)) };
}

/** A secret, or why it cannot be read; to be read after "the file that" or "the variable that". */
export interface Secret {
  /** Without white space around it; undefined when it is not given. */
  readonly value: string | undefined;
  readonly fault: string | null;
}

/** The value of the variable `name`, or the content of the file that `name_FILE` names. */
export function readSecret(given: Environment, name: string, mayHaveLines = false): Secret {
  const value = given[name]?.trim();
  const path = given[`${name}_FILE`];
  if (path === undefined) return { value, fault: null };
  if (value !== undefined)
    return { value, fault: 'is given twice, with _FILE added to its name and without' };
  const secret = readSecretFile(path, mayHaveLines);
  return { ...secret, fault: secret.fault === null ? null : `names a file that ${secret.fault}` };
}

/** The content of a file that holds one secret. */
export function readSecretFile(path: string, mayHaveLines = false): Secret {
  try {
    // trim() takes a byte order mark away too.
    const value = readFileSync(path, 'utf8').trim();
    if (value === '') return { value: undefined, fault: 'is empty' };
    if (/[\r\n]/.test(value) && !mayHaveLines) return { value: undefined, fault: 'has more than one line' };
    return { value, fault: null };
  } catch (error) {
    return { value: undefined, fault: `cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}
