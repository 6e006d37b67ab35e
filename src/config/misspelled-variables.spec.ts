import { environmentSchema } from './environment.js';
import type { Environment } from './environment-variables.js';
import { findMisspelledVariables } from './misspelled-variables.js';

const own = Object.keys(environmentSchema.shape);
const find = (environment: Environment) => findMisspelledVariables(environment, { own });

describe('findMisspelledVariables', () => {
  it.each([
    ['LLM_BASEURL', 'LLM_BASE_URL'],
    ['LLM_BASE_URI', 'LLM_BASE_URL'],
    ['LLM_BSAE_URL', 'LLM_BASE_URL'],
    ['LMM_BASE_URL', 'LLM_BASE_URL'],
    ['llm_base_url', 'LLM_BASE_URL'],
    ['LLM-BASE-URL', 'LLM_BASE_URL'],
    ['OPENAI_BASE_URL', 'LLM_BASE_URL'],
    ['OPENAI_API_BASE', 'LLM_BASE_URL'],
    ['OPENAI_API_KEY', 'LLM_API_KEY'],
    ['LLM_APIKEY', 'LLM_API_KEY'],
    ['LLM_MODELS', 'LLM_MODEL'],
    ['LLM_MODEL_NAME', 'LLM_MODEL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['DATEBASE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['POSTGRES_URL', 'DATABASE_URL'],
    ['DATABASE_PASSWORD', 'DATABASE_URL'],
    ['DATABASE_URLFILE', 'DATABASE_URL_FILE'],
    ['API_KEY', 'API_KEYS'],
    ['DATADIR', 'DATA_DIR'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['BREAK_MIN_CHAR', 'BREAK_MIN_CHARS'],
    ['port', 'PORT'],
    ['LLM_API_BASE', 'LLM_BASE_URL'],
    ['LLM_API_BASE_URL', 'LLM_BASE_URL'],
    ['LLM_API_URL', 'LLM_BASE_URL'],
    ['LLM_ENDPOINT', 'LLM_BASE_URL'],
    ['LLM_SERVER', 'LLM_BASE_URL'],
    ['LLM_BASE', 'LLM_BASE_URL'],
    ['OPENAI_BASEURL', 'LLM_BASE_URL'],
    ['OPENAI_APIBASE', 'LLM_BASE_URL'],
    ['OLLAMA_URL', 'LLM_BASE_URL'],
    ['LLM_SECRET', 'LLM_API_KEY'],
    ['OPENAI_APIKEY', 'LLM_API_KEY'],
    ['OPENAI_KEY', 'LLM_API_KEY'],
    ['LLM_NAME', 'LLM_MODEL'],
    ['LLM_MODELNAME', 'LLM_MODEL'],
    ['LLM_KEY_FILE', 'LLM_API_KEY_FILE'],
    ['LLM_CONTEXT_LENGTH', 'LLM_CONTEXT_TOKENS'],
    ['LLM_MAX_RETRY', 'LLM_MAX_RETRIES'],
    ['DATABASE_POOL', 'DATABASE_POOL_SIZE'],
    ['DB_URI', 'DATABASE_URL'],
    ['PG_URI', 'DATABASE_URL'],
    ['POSTGRES_HOST', 'DATABASE_URL'],
    ['PGHOST', 'DATABASE_URL'],
    ['MODELS_FILE', 'LLM_MODELS_FILE'],
    ['TRUST_PROXIES', 'TRUST_PROXY'],
    ['BODY_LIMIT', 'BODY_LIMIT_BYTES'],
    ['CORS_ALLOWED_ORIGINS', 'CORS_ORIGINS'],
  ])('%s was meant to be %s', (name, meant) => {
    expect(find({ [name]: 'hunter2' })).toEqual([`${name} is not read. Did you mean ${meant}?`]);
  });

  it('a name with our prefix that is near to none is reported too', () => {
    expect(find({ LLM_TEMPERATURE: '1', DATABASE_REPLICA_URL: 'x' })).toEqual([
      expect.stringMatching(/^LLM_TEMPERATURE is not read/),
      expect.stringMatching(/^DATABASE_REPLICA_URL is not read/),
    ]);
  });

  it('no variable of an ordinary environment is reported', () => {
    const names =
      'PATH HOME USER SHELL TERM LANG LC_ALL PWD OLDPWD LOGNAME MAIL EDITOR DISPLAY TZ HOSTNAME HOSTS PORTS HOSTTYPE ' +
      'SHLVL TMPDIR XDG_DATA_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR NODE_ENV NODE_OPTIONS NODE_VERSION YARN_VERSION ' +
      'npm_config_loglevel npm_lifecycle_event npm_package_json INIT_CWD NO_COLOR CI DEBUG PGDATABASE PGDATA ' +
      'HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy SSH_AUTH_SOCK AWS_REGION AWS_ACCESS_KEY_ID GITHUB_TOKEN KEY URL ' +
      'KUBERNETES_PORT KUBERNETES_SERVICE_HOST ANTHROPIC_API_KEY LOG_FORMAT TURN_SERVER DATA_PATH MODEL TEST_DATABASE_URL';
    expect(find(Object.fromEntries(names.split(' ').map((name) => [name, 'x'])))).toEqual([]);
  });

  it('no variable that Kubernetes or Docker makes of a Service is reported', () => {
    const names = [
      ['LLM_CHAT_SERVICE_HOST', '10.0.0.1'],
      ['LLM_CHAT_SERVICE_PORT', '80'],
      ['LLM_CHAT_SERVICE_PORT_HTTP', '80'],
      ['LLM_CHAT_PORT', 'tcp://10.0.0.1:3000'],
      ['LLM_CHAT_PORT_3000_TCP', 'tcp://10.0.0.1:3000'],
      ['LLM_CHAT_SERVICE_PORT_3000_TCP', 'tcp://10.0.0.1:3000'],
      ['LLM_CHAT_PORT_3000_TCP_PROTO', 'tcp'],
      ['LLM_CHAT_PORT_3000_TCP_PORT', '3000'],
      ['LLM_CHAT_PORT_3000_TCP_ADDR', '10.0.0.1'],
      ['DATABASE_PORT', 'tcp://10.0.0.2:5432'],
      ['DATABASE_SERVICE_HOST', '10.0.0.2'],
    ];
    expect(find(Object.fromEntries(names) as Environment)).toEqual([]);
  });

  it("another program's name is its own beside the right one, and so is an empty one", () => {
    expect(find({ OPENAI_BASE_URL: 'http://x', LLM_BASE_URL: 'http://y', LLM_MODL: '' })).toEqual([]);
  });

  it.each<[string, Environment]>([
    ['OPENAI_API_KEY', { LLM_BASE_URL: 'http://y' }],
    ['OPENAI_BASE_URL', { LLM_MODELS_FILE: 'models.yaml' }],
    ['PGHOST', { DATABASE_URL: 'x' }],
    ['PGHOST', { DATABASE_URL_FILE: 'x' }],
    ['PGHOST', { DATABASE: 'embedded' }],
    ['POSTGRES_HOST', { DATABASE_URL: 'x' }],
  ])('%s belongs to another program beside %j', (name, others) => {
    expect(find({ [name]: 'x', ...others })).toEqual([]);
  });

  it('DATABASE_SSL is a part of the URL', () => {
    expect(find({ DATABASE_SSL: 'true' })).toEqual([
      'DATABASE_SSL is not read. Write sslmode into DATABASE_URL: ?sslmode=verify-full',
    ]);
  });

  it.each([
    'LLM_API_KEY',
    'LLM_API_KEY_FILE',
    'LLM_CONTEXT_TOKENS',
    'LLM_CONTINUATION',
    'LLM_PREFILL_FLAGS',
    'LLM_THINKING',
  ])('%s is of no use beside a file of models that does not name it', (name) => {
    const environment = { LLM_MODELS_FILE: 'models.yaml', [name]: 'hunter2' };
    const [sentence = '', ...rest] = findMisspelledVariables(environment, {
      own,
      modelsFile: 'models: []',
    });
    expect(rest).toEqual([]);
    expect(sentence).toMatch(new RegExp(`^${name} is not used: LLM_MODELS_FILE is set`));
    expect(sentence).not.toContain('hunter2');
    const modelsFile = 'models: [{ api_key_env: LLM_API_KEY }]';
    if (name.startsWith('LLM_API_KEY'))
      expect(findMisspelledVariables(environment, { own, modelsFile })).toEqual([]);
  });

  it('a misspelled name is reported beside the right one too', () => {
    expect(find({ DATABSE_URL: 'x', DATABASE_URL: 'y' })).toHaveLength(1);
  });

  it('variables that are read are not reported: our own, a byte order mark before it, and the keys of a file of models', () => {
    const environment = {
      LLM_MODEL: 'm',
      '\uFEFFLLM_BASE_URL': 'x',
      LLM_GPU_KEY: 'x',
      LLM_CPU_KEY_FILE: 'x',
    };
    const modelsFile = 'models: [{ api_key_env: LLM_GPU_KEY }, { api_key_env: LLM_CPU_KEY }]';
    expect(findMisspelledVariables(environment, { own, modelsFile })).toEqual([]);
  });
});
