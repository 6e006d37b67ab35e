import type { Environment } from '../environment-variables.js';
import { readSecret, readSecretFile, type Secret } from '../secret-files.js';

/** Where a secret is that the file of models names and does not hold. */
export interface SecretPlace {
  /** The name of its variable, or, with `_FILE` added, of the variable that names its file. */
  readonly env?: string;
  /** The path of its file. */
  readonly file?: string;
}

export interface SecretToRead {
  /** Both absent: there is no secret. */
  readonly place: SecretPlace;
  /** Of the setting in the file of models, for a fault. */
  readonly path: string;
  /** What is wrong with a value, to be read after "the variable that"; null: nothing. */
  readonly findFault: (value: string | undefined) => string | null;
}

/** The value of a secret; what is wrong with it is reported. */
export type SecretReader = (secret: SecretToRead) => string | undefined;

/** Reads secrets of `environment` and of files. No fault repeats the name of a variable: it may be the secret itself. */
export function secretReader(environment: Environment, report: (fault: string) => void): SecretReader {
  return ({ place, path, findFault }) => {
    const { value, fault } = find(place, environment, findFault);
    if (fault !== null) report(`${path}: ${fault}`);
    return value;
  };
}

function find(
  { env, file }: SecretPlace,
  environment: Environment,
  findFault: SecretToRead['findFault'],
): Secret {
  const { what, secret } =
    file === undefined
      ? { what: 'names a variable that', secret: readVariable(env, environment) }
      : { what: 'names a file that', secret: readSecretFile(file) };
  if (secret === null) return { value: undefined, fault: null };
  const problem = secret.fault ?? findFault(secret.value);
  return { value: secret.value, fault: problem === null ? null : `${what} ${problem}` };
}

function readVariable(name: string | undefined, environment: Environment): Secret | null {
  return name === undefined ? null : readSecret(environment, name);
}
