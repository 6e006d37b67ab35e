import type { Environment } from './environment-variables.js';

/** Names that other programs have for what this service calls otherwise. */
const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map([
  ['OPENAI_BASE_URL', 'LLM_BASE_URL'],
  ['OPENAI_API_BASE', 'LLM_BASE_URL'],
  ['OPENAI_API_BASE_URL', 'LLM_BASE_URL'],
  ['OPENAI_URL', 'LLM_BASE_URL'],
  ['OLLAMA_BASE_URL', 'LLM_BASE_URL'],
  ['OLLAMA_API_BASE', 'LLM_BASE_URL'],
  ['LLM_URL', 'LLM_BASE_URL'],
  ['LLM_HOST', 'LLM_BASE_URL'],
  ['OPENAI_API_KEY', 'LLM_API_KEY'],
  ['LLM_KEY', 'LLM_API_KEY'],
  ['LLM_TOKEN', 'LLM_API_KEY'],
  ['OPENAI_MODEL', 'LLM_MODEL'],
  ['OPENAI_MODEL_NAME', 'LLM_MODEL'],
  ['OLLAMA_MODEL', 'LLM_MODEL'],
  ['LLM_MODEL_NAME', 'LLM_MODEL'],
  ['EMBEDDINGS_BASE_URL', 'EMBEDDING_BASE_URL'],
  ['EMBEDDINGS_URL', 'EMBEDDING_BASE_URL'],
  ['EMBEDDING_URL', 'EMBEDDING_BASE_URL'],
  ['EMBEDDING_API_BASE', 'EMBEDDING_BASE_URL'],
  ['EMBEDDING_MODEL_NAME', 'EMBEDDING_MODEL'],
  ['EMBEDDINGS_MODEL', 'EMBEDDING_MODEL'],
  ['EMBEDDING_KEY', 'EMBEDDING_API_KEY'],
  ['POSTGRES_URL', 'DATABASE_URL'],
  ['POSTGRESQL_URL', 'DATABASE_URL'],
  ['POSTGRES_URI', 'DATABASE_URL'],
  ['POSTGRES_DSN', 'DATABASE_URL'],
  ['PG_URL', 'DATABASE_URL'],
  ['DB_URL', 'DATABASE_URL'],
  ['DB_HOST', 'DATABASE_URL'],
  ['DATABASE_DSN', 'DATABASE_URL'],
  ['DATABASE_HOST', 'DATABASE_URL'],
  ['DATABASE_PORT', 'DATABASE_URL'],
  ['DATABASE_NAME', 'DATABASE_URL'],
  ['DATABASE_USER', 'DATABASE_URL'],
  ['DATABASE_PASSWORD', 'DATABASE_URL'],
  ['OPENAI_BASEURL', 'LLM_BASE_URL'],
  ['OPENAI_APIBASE', 'LLM_BASE_URL'],
  ['OLLAMA_URL', 'LLM_BASE_URL'],
  ['LLM_API_BASE', 'LLM_BASE_URL'],
  ['LLM_API_BASE_URL', 'LLM_BASE_URL'],
  ['LLM_API_URL', 'LLM_BASE_URL'],
  ['LLM_ENDPOINT', 'LLM_BASE_URL'],
  ['LLM_SERVER', 'LLM_BASE_URL'],
  ['LLM_BASE', 'LLM_BASE_URL'],
  ['OPENAI_APIKEY', 'LLM_API_KEY'],
  ['OPENAI_KEY', 'LLM_API_KEY'],
  ['LLM_SECRET', 'LLM_API_KEY'],
  ['LLM_NAME', 'LLM_MODEL'],
  ['LLM_MODELNAME', 'LLM_MODEL'],
  ['LLM_KEY_FILE', 'LLM_API_KEY_FILE'],
  ['LLM_CONTEXT_LENGTH', 'LLM_CONTEXT_TOKENS'],
  ['LLM_MAX_RETRY', 'LLM_MAX_RETRIES'],
  ['MODELS_FILE', 'LLM_MODELS_FILE'],
  ['DATABASE_POOL', 'DATABASE_POOL_SIZE'],
  ['DB_URI', 'DATABASE_URL'],
  ['PG_URI', 'DATABASE_URL'],
  ['POSTGRES_HOST', 'DATABASE_URL'],
  ['PGHOST', 'DATABASE_URL'],
  ['TRUST_PROXIES', 'TRUST_PROXY'],
  ['BODY_LIMIT', 'BODY_LIMIT_BYTES'],
  ['CORS_ALLOWED_ORIGINS', 'CORS_ORIGINS'],
]);

/** Names that begin so are for this service, or for nothing that runs beside it. */
const OWN_PREFIX = /^(?:LLM|DATABASE)_/;

/** What a file of models has for each model; the variables are read without such a file only. */
const FOR_ONE_MODEL: ReadonlyMap<string, string> = new Map([
  ['LLM_API_KEY', 'api_key_env or api_key_file'],
  ['LLM_API_KEY_FILE', 'api_key_env or api_key_file'],
  ['LLM_CONTEXT_TOKENS', 'context_tokens'],
  ['LLM_ACCEPTS', 'accepts'],
  ['LLM_CONTINUATION', 'continuation'],
  ['LLM_PREFILL_FLAGS', 'prefill_flags'],
  ['LLM_THINKING', 'thinking'],
]);

/** What Kubernetes sets in every pod for each Service, and Docker for each link: `LLM_CHAT_SERVICE_PORT_HTTP=80`. */
const SERVICE_VARIABLE = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** PostgreSQL's own names (`PGDATABASE`), and those of proxies, are near to ours and mean themselves. */
const OTHERS_OWN = /^(?:PG[A-Z]|(?:all|ftp|https?|no)_proxy$|(?:ALL|FTP)_PROXY$)/;

export interface NamesToCompare {
  /** The names that the service reads. */
  readonly own: readonly string[];
  /** Names that a file of models may use for its keys: its text. */
  readonly modelsFile?: string;
}

/**
 * What to tell of each variable that the service does not read and that looks as if it was meant for it: near to one
 * of its names, another program's name for the same, or with its prefix. No value is repeated.
 */
export function findMisspelledVariables(
  environment: Environment,
  { own, modelsFile = '' }: NamesToCompare,
): string[] {
  const isSet = (name: string) => (environment[name] ?? '').trim() !== '';
  const isRead = (name: string) =>
    own.includes(name.replace(/^\uFEFF/, '')) || modelsFile.includes(name.replace(/_FILE$/, ''));
  const misspelled = Object.keys(environment)
    .filter((name) => isSet(name) && !isRead(name))
    .filter((name) => !isOfAnotherProgram(name, environment[name]))
    .flatMap((name) => {
      const foreign = FOREIGN_NAMES.get(name);
      // Beside the right one it belongs to some other program.
      if (foreign !== undefined && !OWN_PREFIX.test(name) && isChosen(foreign, isSet)) return [];
      if (name === 'DATABASE_SSL')
        return [`${name} is not read. Write sslmode into DATABASE_URL: ?sslmode=verify-full`];
      const meant = foreign ?? findNearest(name, own);
      if (meant !== undefined) return [`${name} is not read. Did you mean ${meant}?`];
      return OWN_PREFIX.test(name) ? [`${name} is not read: see .env.example for the names that are.`] : [];
    });
  return isSet('LLM_MODELS_FILE') ? [...misspelled, ...findUnused(isSet, modelsFile)] : misspelled;
}

/** The variables of one model, beside a file that has all models and does not name them. */
function findUnused(isSet: (name: string) => boolean, modelsFile: string): string[] {
  return [...FOR_ONE_MODEL]
    .filter(([name]) => isSet(name) && !modelsFile.includes(name.replace(/_FILE$/, '')))
    .map(
      ([name, member]) => `${name} is not used: LLM_MODELS_FILE is set, and has ${member} for each model.`,
    );
}

/** Whether the environment says already what `name` would say. */
function isChosen(name: string, isSet: (name: string) => boolean): boolean {
  const others = name.startsWith('LLM_') ? ['LLM_BASE_URL', 'LLM_MODELS_FILE'] : [];
  const ofDatabase = name === 'DATABASE_URL' ? ['DATABASE'] : [];
  return [name, `${name}_FILE`, ...others, ...ofDatabase].some(isSet);
}

function isOfAnotherProgram(name: string, value = ''): boolean {
  return (
    (OTHERS_OWN.test(name) && !FOREIGN_NAMES.has(name)) ||
    SERVICE_VARIABLE.test(name) ||
    SERVICE_ADDRESS.test(value)
  );
}

/** The name that differs in the fewest letters, when those are few for its length. */
function findNearest(name: string, own: readonly string[]): string | undefined {
  const letters = lettersOf(name);
  const [nearest] = own
    .map((meant) => ({ meant, distance: distanceOf(letters, lettersOf(meant)) }))
    .filter(({ meant, distance }) => distance <= toleranceOf(lettersOf(meant).length))
    .sort((left, right) => left.distance - right.distance);
  return nearest?.meant;
}

/** Upper and lower case, `-` and `_` are mixed up before anything else is. */
function lettersOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z\d]/g, '');
}

/** `HOME` is no `HOST`: of so few letters, each counts. */
function toleranceOf(length: number): number {
  if (length <= 4) return 0;
  return length < 8 ? 1 : 2;
}

/** How many letters have to be added, removed, replaced or swapped with their neighbour (optimal string alignment). */
function distanceOf(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (isSame ? 0 : 1),
        isSwapped ? beforeLast[column - 2]! + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[right.length]!;
}
